package dev.metaops.command;

/**
 * The answerer of each noun. Each is made when it is asked for, so that a short command loads only
 * what it uses.
 */
public interface Nouns {
  Answers<AuditCommand> audit();

  Answers<EvidenceCommand> evidence();

  Answers<ChaosRpcCommand> chaosRpc();

  Answers<CompletionCommand> completion();

  Answers<ConfigCommand> config();

  Answers<ContractCommand> contract();

  Answers<ConnectionsCommand> connections();

  Answers<DatabaseCommand> database();

  Answers<DemoCommand> demo();

  Answers<DoctorCommand> doctor();

  Answers<EventsCommand> events();

  Answers<FreezeCommand> freeze();

  Answers<HealthCommand> health();

  Answers<KeysCommand> keys();

  Answers<MetricsCommand> metrics();

  Answers<ListenerCommand> listener();

  Answers<OrderCommand> order();

  Answers<PeopleCommand> people();

  Answers<PlanCommand> plan();

  Answers<ReadinessCommand> readiness();

  Answers<SenderCommand> sender();

  Answers<ServeCommand> serve();

  Answers<ServicesCommand> services();

  Answers<StatusCommand> status();
}
