package dev.metaops.look;

import dev.metaops.audit.AuditChain;
import dev.metaops.audit.OpenTransactions;
import dev.metaops.audit.RecordStore;
import dev.metaops.audit.Unsealed;
import dev.metaops.command.Conversation;
import dev.metaops.config.OrdersSection;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.Vital;
import dev.metaops.ledger.Stream;
import dev.metaops.orders.OrdersStore;
import dev.metaops.orders.Sight;
import dev.metaops.orders.Vitals;
import dev.metaops.orders.VitalsStore;
import dev.metaops.reach.Books;
import dev.metaops.store.Database;
import dev.metaops.store.DatabaseFailure;
import dev.metaops.store.Migrations;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The orders database, looked at once over one connection. */
final class DatabaseLook implements OrdersLook {
  private static final double FULL = 0.9;
  private static final Duration LAGGING = Duration.ofMinutes(1);

  private final Database database;
  private final Conversation conversation;
  private final More more;
  private volatile Optional<Seen> seen = Optional.empty();

  DatabaseLook(Database database, Conversation conversation, More more) {
    this.database = database;
    this.conversation = conversation;
    this.more = more;
  }

  @Override
  public Optional<Seen> seen() {
    return seen;
  }

  @Override
  public Diagnosis ask(Deadline deadline) {
    long start = conversation.ticker().nanos();
    try (Connection connection = database.connect(deadline)) {
      return look(connection, deadline);
    } catch (SQLException e) {
      Duration waited = Duration.ofNanos(conversation.ticker().nanos() - start);
      return Diagnosis.down(
          DatabaseFailure.of(e, database.url(), waited).sentence(), "metaops doctor");
    }
  }

  private Diagnosis look(Connection connection, Deadline deadline) throws SQLException {
    long start = conversation.ticker().nanos();
    new OrdersStore(connection).now();
    Duration roundTrip = Duration.ofNanos(conversation.ticker().nanos() - start);
    Vitals vitals = new VitalsStore(connection).vitals();
    Duration ahead = Duration.between(vitals.now(), conversation.ticker().now());
    List<Vital> measured = new ArrayList<>();
    measured.add(
        OrdersLook.roundTrip(roundTrip, conversation.settings().health().databaseSlowAfter()));
    measured.add(Vital.shown("server", "PostgreSQL " + vitals.version()));
    schema(vitals.schema()).ifPresent(measured::add);
    measured.add(connections(vitals));
    measured.addAll(traffic(vitals.traffic()));
    PoolLook.of(conversation).ifPresent(measured::add);
    try (Books books = Books.over(connection, conversation, deadline)) {
      Optional<Stream> stream = books.stream();
      Diagnosis diagnosis = look(connection, books, vitals, stream, measured);
      seen =
          Optional.of(new Seen(roundTrip, Optional.of(vitals.now()), Optional.of(ahead), stream));
      return diagnosis;
    }
  }

  private Diagnosis look(
      Connection connection,
      Books books,
      Vitals vitals,
      Optional<Stream> stream,
      List<Vital> measured)
      throws SQLException {
    if (books.ledger().isPresent() && books.orders() instanceof OrdersStore) {
      var records = new RecordStore(connection);
      measured.add(transactions(records.openTransactions()));
      measured.add(unsealed(records.unsealed()));
    }
    if (books.orders().sight() instanceof Sight.Partial(String why)) {
      measured.add(new Vital("sight", why, "every row", Condition.UNKNOWN));
    }
    if (books.ledger().isPresent() || isObserving()) {
      more.read(books, stream);
    }
    return judge(vitals, measured);
  }

  private Diagnosis judge(Vitals vitals, List<Vital> measured) {
    Condition worst =
        measured.stream().map(Vital::condition).reduce(Condition.UP, Condition::worse);
    Optional<String> next =
        switch (vitals.schema()) {
          case Vitals.Schema.Absent _ ->
              worst == Condition.UP
                  ? Optional.empty()
                  : Optional.of(isObserving() ? "metaops doctor" : "metaops serve");
          case Vitals.Schema.Unlisted _, Vitals.Schema.Applied _ ->
              worst == Condition.UP
                  ? Optional.empty()
                  : Optional.of(PoolLook.next(measured).orElse("metaops health database"));
        };
    return new Diagnosis(
        worst, database.url().place() + " answers" + ProviderLook.wrongs(measured), measured, next);
  }

  private boolean isObserving() {
    return conversation.settings().orders().mode() == OrdersSection.Mode.OBSERVE;
  }

  /** Who only observes expects none. */
  private Optional<Vital> schema(Vitals.Schema schema) {
    String expected = "metaops, as this build has it";
    return switch (schema) {
      case Vitals.Schema.Absent _ ->
          isObserving()
              ? Optional.empty()
              : Optional.of(new Vital("schema", "absent", expected, Condition.DEGRADED));
      case Vitals.Schema.Unlisted _ -> Optional.of(Vital.shown("schema", "present"));
      case Vitals.Schema.Applied(List<String> scripts) -> {
        List<String> missing = new ArrayList<>(Migrations.scripts("db/orders"));
        missing.removeAll(scripts);
        yield Optional.of(
            missing.isEmpty()
                ? new Vital("schema", "current", expected, Condition.UP)
                : new Vital(
                    "schema",
                    "older than this build, without " + String.join(", ", missing),
                    expected,
                    Condition.DEGRADED));
      }
    };
  }

  private static Vital connections(Vitals vitals) {
    double most = vitals.mostConnections() * FULL;
    return new Vital(
            "connections",
            vitals.connections() + " of " + vitals.mostConnections(),
            "under " + Math.round(FULL * 100) + " %",
            vitals.connections() >= most ? Condition.DEGRADED : Condition.UP)
        .gauged(vitals.connections(), Math.round(most));
  }

  private static List<Vital> traffic(Vitals.Traffic traffic) {
    List<Vital> vitals = new ArrayList<>();
    String taken = "taken";
    vitals.add(
        switch (traffic.writes()) {
          case TAKEN -> Vital.shown("writes", taken);
          case STANDBY -> new Vital("writes", "refused: this is a standby", taken, Condition.DOWN);
          case READ_ONLY ->
              new Vital(
                  "writes",
                  "refused: the database is read-only (Supabase does so when its disk is full)",
                  taken,
                  Condition.DOWN);
        });
    vitals.add(
        new Vital(
            "waiting for locks",
            traffic.waiting() == 0 ? "none" : traffic.waiting() + " sessions",
            "none over " + Ages.of(Vitals.Traffic.LONG),
            traffic.waiting() > 0 ? Condition.DEGRADED : Condition.UP));
    traffic
        .replicaLag()
        .ifPresent(lag ->
            vitals.add(
                new Vital(
                        "replica",
                        Ages.of(lag) + " behind",
                        "up to " + Ages.of(LAGGING),
                        lag.compareTo(LAGGING) > 0 ? Condition.DEGRADED : Condition.UP)
                    .gauged(lag.toMillis(), LAGGING.toMillis())));
    return vitals;
  }

  private static Vital transactions(OpenTransactions open) {
    String name = "open transactions on orders";
    String threshold = "none over " + Ages.of(OpenTransactions.LONGEST);
    return switch (open) {
      case OpenTransactions.Seen(var overdue) ->
          overdue.isEmpty()
              ? new Vital(name, "none is old", threshold, Condition.UP)
              : new Vital(name, overdue.getFirst().sentence(), threshold, Condition.DEGRADED);
      case OpenTransactions.Hidden hidden ->
          new Vital(
              name,
              hidden.overdue().isEmpty()
                  ? hidden.sentence()
                  : hidden.overdue().getFirst().sentence(),
              threshold,
              Condition.DEGRADED);
    };
  }

  private static Vital unsealed(Unsealed unsealed) {
    return new Vital(
        "unsealed records",
        unsealed.records() == 0
            ? "none"
            : unsealed.records() + ", the oldest for " + Ages.of(unsealed.age()),
        "none over " + Ages.of(AuditChain.LONGEST_WAIT),
        unsealed.isOverdue() ? Condition.DEGRADED : Condition.UP);
  }
}
