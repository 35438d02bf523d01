package dev.metaops.intervention;

import dev.metaops.audit.LogHome;
import dev.metaops.audit.RecordStore;
import dev.metaops.command.Conversation;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.EscrowSection;
import dev.metaops.config.PeopleSection;
import dev.metaops.config.Settings;
import dev.metaops.page.Page;
import dev.metaops.plan.Approval;
import dev.metaops.plan.Approvals;
import dev.metaops.plan.Decision;
import dev.metaops.plan.FrozenPlan;
import dev.metaops.plan.KeptPlanStore;
import dev.metaops.plan.People;
import dev.metaops.plan.Plan;
import dev.metaops.plan.SigningKey;
import dev.metaops.plan.VerifyingKey;
import dev.metaops.postgres.PostgresUnavailable;
import dev.metaops.reach.OpsHome;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;

/**
 * The plans of this environment in our own store, as commands reach them: opened where it is up,
 * never started. Not thread-safe.
 *
 * @param environment what people sign as this environment: name, contract and store
 */
public record PlanShelf(Connection connection, KeptPlanStore plans, String environment)
    implements AutoCloseable {
  private static final Duration MOST = Duration.ofSeconds(3);

  /**
   * Opens it.
   *
   * @throws SQLException saying why there are no plans to be had
   */
  public static PlanShelf open(Conversation conversation, Deadline deadline) throws SQLException {
    Settings settings = conversation.settings();
    Connection connection =
        new Database(place(settings), "metaops plan", conversation.ticker())
            .connect(deadline.atMost(MOST));
    try {
      var plans = new KeptPlanStore(connection);
      if (!plans.isThere()) {
        throw new SQLException("our own store knows no plans yet: start metaops serve once");
      }
      return new PlanShelf(connection, plans, environment(settings, plans.identity()));
    } catch (SQLException | RuntimeException unfit) {
      connection.close();
      throw unfit;
    }
  }

  private static DatabaseUrl place(Settings settings) throws SQLException {
    try {
      return OpsHome.running(settings)
          .orElseThrow(() ->
              new SQLException(
                  "our own store is not up: start metaops serve, or set OPS_DATABASE_URL"));
    } catch (PostgresUnavailable unreadable) {
      throw new SQLException(String.valueOf(unreadable.getMessage()), unreadable);
    }
  }

  public static String environment(Settings settings, String store) {
    EscrowSection escrow = settings.escrow();
    String name = Page.printable(settings.environment().name());
    return (name.length() <= 100 ? name : name.substring(0, 100))
        + " · escrow "
        + escrow.address().or(escrow::factory).orElse("one per order")
        + " · store "
        + store;
  }

  /** Keeps it, signed by whoever planned it where they have a key; whether its name was free. */
  public boolean keep(Plan plan, Conversation conversation) throws SQLException {
    FrozenPlan frozen = FrozenPlan.of(plan);
    if (!plans.keep(frozen, environment)) {
      return false;
    }
    if (new PersonKeyFile(conversation.settings().environment().dataDirectory()).read()
            instanceof PersonKeyFile.Held.Key(SigningKey key)
        && key.person().equals(plan.actor())) {
      plans.sign(
          plan.id(),
          Approval.signed(environment, frozen.digest(), Decision.PROPOSE, key, plans.now()));
    }
    return true;
  }

  /** Who stands behind it by now. */
  public Approvals.Result standing(FrozenPlan plan, Conversation conversation) throws SQLException {
    return Approvals.judge(
        plan,
        environment,
        plans.approvals(plan.id()),
        people(conversation.settings()),
        plans.now());
  }

  /** Keys that are no point of the curve are nobody's. */
  public static People people(Settings settings) {
    PeopleSection section = settings.people();
    return new People(
        section.keys().stream()
            .flatMap(named ->
                VerifyingKey.parse(named.publicKey())
                    .map(key ->
                        new People.PersonKey(named.person(), key, named.from(), named.until()))
                    .stream())
            .toList(),
        Set.copyOf(section.approvers()),
        section.breakGlassMost());
  }

  @Override
  public void close() {
    try (Connection closing = connection) {
      seal(closing);
    } catch (SQLException closed) {
      // Nothing is read from it any more.
    }
  }

  /** What was recorded is linked at once: without a running serve nobody else does. */
  public static void seal(Connection ops) {
    try {
      new RecordStore(ops, LogHome.OPS).sealStep();
    } catch (SQLException later) {
      // It is recorded; the next one who comes links it.
    }
  }
}
