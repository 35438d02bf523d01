package dev.metaops.main;

import dev.metaops.api.HttpFront;
import dev.metaops.checkup.ConnectionsAnswers;
import dev.metaops.checkup.HealthAnswers;
import dev.metaops.checkup.KeysAnswers;
import dev.metaops.checkup.ReadinessAnswers;
import dev.metaops.checkup.StatusAnswers;
import dev.metaops.cli.Completion;
import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.AuditCommand;
import dev.metaops.command.ChaosRpcCommand;
import dev.metaops.command.CompletionCommand;
import dev.metaops.command.ConfigCommand;
import dev.metaops.command.ConnectionsCommand;
import dev.metaops.command.ContractCommand;
import dev.metaops.command.DatabaseCommand;
import dev.metaops.command.DemoCommand;
import dev.metaops.command.DoctorCommand;
import dev.metaops.command.EventsCommand;
import dev.metaops.command.EvidenceCommand;
import dev.metaops.command.ExitCode;
import dev.metaops.command.FreezeCommand;
import dev.metaops.command.HealthCommand;
import dev.metaops.command.KeysCommand;
import dev.metaops.command.ListenerCommand;
import dev.metaops.command.MetricsCommand;
import dev.metaops.command.Nouns;
import dev.metaops.command.OrderCommand;
import dev.metaops.command.PeopleCommand;
import dev.metaops.command.PlanCommand;
import dev.metaops.command.ReadinessCommand;
import dev.metaops.command.SenderCommand;
import dev.metaops.command.ServeCommand;
import dev.metaops.command.ServicesCommand;
import dev.metaops.command.StatusCommand;
import dev.metaops.database.DatabaseAnswers;
import dev.metaops.demo.ChaosRpcAnswers;
import dev.metaops.demo.DemoAnswers;
import dev.metaops.deployment.ContractAnswers;
import dev.metaops.deployment.SenderAnswers;
import dev.metaops.events.EventsAnswers;
import dev.metaops.events.ListenerAnswers;
import dev.metaops.intervention.FreezeAnswers;
import dev.metaops.intervention.PeopleAnswers;
import dev.metaops.intervention.PlanAnswers;
import dev.metaops.orderdesk.OrderAnswers;
import dev.metaops.page.Script;
import dev.metaops.process.ServicesAnswers;
import dev.metaops.records.AuditAnswers;
import dev.metaops.records.EvidenceAnswers;
import dev.metaops.serve.MetricsAnswers;
import dev.metaops.serve.ServeAnswers;
import dev.metaops.setup.ConfigAnswers;
import dev.metaops.setup.DoctorAnswers;

/** Who answers what, built when asked. */
final class Wiring implements Nouns {
  @Override
  public Answers<AuditCommand> audit() {
    return new AuditAnswers();
  }

  @Override
  public Answers<EvidenceCommand> evidence() {
    return new EvidenceAnswers();
  }

  @Override
  public Answers<ChaosRpcCommand> chaosRpc() {
    return new ChaosRpcAnswers();
  }

  @Override
  public Answers<CompletionCommand> completion() {
    return (_, _) -> Answer.of(ExitCode.FINE, new Script(Completion.script()));
  }

  @Override
  public Answers<ConfigCommand> config() {
    return new ConfigAnswers();
  }

  @Override
  public Answers<ContractCommand> contract() {
    return new ContractAnswers();
  }

  @Override
  public Answers<ConnectionsCommand> connections() {
    return new ConnectionsAnswers();
  }

  @Override
  public Answers<DatabaseCommand> database() {
    return new DatabaseAnswers();
  }

  @Override
  public Answers<DemoCommand> demo() {
    return new DemoAnswers(Program.commandLine(), this);
  }

  @Override
  public Answers<DoctorCommand> doctor() {
    return new DoctorAnswers();
  }

  @Override
  public Answers<EventsCommand> events() {
    return new EventsAnswers();
  }

  @Override
  public Answers<FreezeCommand> freeze() {
    return new FreezeAnswers();
  }

  @Override
  public Answers<HealthCommand> health() {
    return new HealthAnswers();
  }

  @Override
  public Answers<MetricsCommand> metrics() {
    return new MetricsAnswers();
  }

  @Override
  public Answers<KeysCommand> keys() {
    return new KeysAnswers();
  }

  @Override
  public Answers<ListenerCommand> listener() {
    return new ListenerAnswers();
  }

  @Override
  public Answers<OrderCommand> order() {
    return new OrderAnswers();
  }

  @Override
  public Answers<PeopleCommand> people() {
    return new PeopleAnswers();
  }

  @Override
  public Answers<PlanCommand> plan() {
    return new PlanAnswers();
  }

  @Override
  public Answers<ReadinessCommand> readiness() {
    return new ReadinessAnswers();
  }

  @Override
  public Answers<SenderCommand> sender() {
    return new SenderAnswers();
  }

  @Override
  public Answers<ServeCommand> serve() {
    return new ServeAnswers(new HttpFront());
  }

  @Override
  public Answers<ServicesCommand> services() {
    return new ServicesAnswers();
  }

  @Override
  public Answers<StatusCommand> status() {
    return new StatusAnswers();
  }
}
