package dev.metaops.command;

/** One thing a person may ask for. Each noun is a sealed interface of its own. */
public sealed interface Command
    permits AuditCommand,
        ChaosRpcCommand,
        CompletionCommand,
        ConfigCommand,
        ContractCommand,
        ConnectionsCommand,
        DatabaseCommand,
        DemoCommand,
        DoctorCommand,
        EventsCommand,
        EvidenceCommand,
        FreezeCommand,
        HealthCommand,
        KeysCommand,
        MetricsCommand,
        ListenerCommand,
        OrderCommand,
        PeopleCommand,
        PlanCommand,
        ReadinessCommand,
        SenderCommand,
        ServeCommand,
        ServicesCommand,
        StatusCommand {

  /** Its noun and verb, as in the table of commands: {@code order check-stuck}. */
  String name();

  /** What has to be configured before it can begin. */
  Need need();

  /** Goes to the one answerer of its noun. */
  Answer askOf(Nouns nouns, Conversation conversation);
}
