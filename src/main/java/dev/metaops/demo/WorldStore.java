package dev.metaops.demo;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.postgres.PostgresUnavailable;
import dev.metaops.store.Database;
import dev.metaops.store.Migrations;
import dev.metaops.store.Rows;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * One world's databases, as their superuser: made, migrated, opened to two logins with new
 * passwords, dropped. Thread-safe.
 */
final class WorldStore {
  /** The server's superuser is called metaops already. */
  private static final String LOGIN = "metaops_demo";

  /** The name of a database of any world, as a pattern. */
  private static final String OURS = "^(orders|ops)_[0-9_]+$";

  private static final String APPLICATION = "metaops demo";
  private static final Duration MOST = Duration.ofSeconds(60);
  private static final Duration SOON = Duration.ofSeconds(5);

  private final DatabaseUrl server;
  private final String orders;
  private final String ops;
  private final Ticker ticker;

  /**
   * @param run the world's name: digits and underscores
   */
  WorldStore(EmbeddedPostgres postgres, String run, Ticker ticker) {
    this.server = DatabaseUrl.of(postgres.instance().secretUrl("postgres"));
    this.orders = "orders_" + run;
    this.ops = "ops_" + run;
    this.ticker = ticker;
  }

  /**
   * How to log in.
   *
   * @param metaops the orders database, as what {@code serve} and the verbs are
   * @param ops the ops database, owned by the same login
   * @param venue the orders database, as what the traders' venue is: its table and nothing else
   * @param administrator the orders database, for migrations
   */
  record Logins(
      DatabaseUrl metaops, DatabaseUrl ops, DatabaseUrl venue, DatabaseUrl administrator) {}

  /** Makes and migrates both databases. */
  Logins make(EmbeddedPostgres postgres) {
    try {
      postgres.createDatabaseIfAbsent(orders);
      postgres.createDatabaseIfAbsent(ops);
      Migrations.applyIfChanged(at(orders), "db/orders", Deadline.in(MOST, ticker));
      String metaops = newPassword();
      String venue = newPassword();
      try (Connection connection = at(orders).connect(Deadline.in(MOST, ticker))) {
        login(connection, LOGIN, metaops);
        login(connection, "venue", venue);
        Rows.execute(connection, "GRANT metaops_service TO " + LOGIN);
        Rows.execute(connection, "GRANT SELECT, INSERT, UPDATE, DELETE ON public.orders TO venue");
        Rows.execute(connection, "ALTER DATABASE " + ops + " OWNER TO " + LOGIN);
      }
      return new Logins(
          url(LOGIN, metaops, orders),
          url(LOGIN, metaops, ops),
          url("venue", venue, orders),
          server.withDatabase(orders));
    } catch (SQLException | PostgresUnavailable e) {
      throw new WorldFailure("the demo's databases could not be made: " + e.getMessage(), e);
    }
  }

  /** Drops every database of an earlier world. */
  void dropRemains() {
    dropWhere("datname ~ '" + OURS + "' AND datname NOT IN (?, ?)");
  }

  void drop() {
    dropWhere("datname IN (?, ?)");
  }

  private void dropWhere(String which) {
    try (Connection connection =
        new Database(server, APPLICATION, ticker).connect(Deadline.in(MOST, ticker))) {
      List<String> names =
          Rows.list(
              connection,
              "SELECT datname FROM pg_database WHERE " + which,
              row -> row.getString(1),
              orders,
              ops);
      for (String name : names) {
        Rows.execute(connection, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
      }
    } catch (SQLException e) {
      throw new WorldFailure("the demo's databases could not be dropped: " + e.getMessage(), e);
    }
  }

  /** The databases of all worlds there are. */
  List<String> databases() {
    return ask(connection ->
        Rows.list(
            connection,
            "SELECT datname FROM pg_database WHERE datname ~ '" + OURS + "'",
            row -> row.getString(1)));
  }

  /** How long ago the listener last saw the chain; empty when it never has. */
  Optional<Duration> listenerSilence() {
    return ask(connection ->
        Rows.first(
            connection,
            "SELECT extract(epoch FROM clock_timestamp() - max(seen_at)) * 1000 AS ms"
                + " FROM metaops.stream HAVING max(seen_at) IS NOT NULL",
            row -> Duration.ofMillis(Math.max(0, row.getLong("ms")))));
  }

  /** Whether a listener still counts as alive: its lease has not run out. */
  boolean isLeaseHeld() {
    return ask(connection ->
        Rows.one(
            connection,
            "SELECT count(*) FROM metaops.stream WHERE lease_expires_at > clock_timestamp()",
            row -> row.getInt(1) > 0));
  }

  /** How long the oldest open order has been in its state; empty when none is open. */
  Optional<Duration> oldestOpen() {
    return ask(connection ->
        Rows.first(
            connection,
            "SELECT extract(epoch FROM clock_timestamp() - min(state_since)) * 1000 AS ms FROM"
                + " public.orders WHERE state NOT IN ('SETTLED', 'REFUNDED', 'CANCELLED')"
                + " HAVING count(*) > 0",
            row -> Duration.ofMillis(row.getLong("ms"))));
  }

  /** How many refusals are on record for an order. */
  int refusalsOf(String orderId) {
    return ask(connection ->
        Rows.one(
            connection,
            "SELECT count(*) FROM metaops.record WHERE kind = 'refusal' AND order_id = ?",
            row -> row.getInt(1),
            orderId));
  }

  /** How many times metaops' own functions have changed an order, by listener and by plan. */
  int changesOf(String orderId, String cause) {
    return ask(connection ->
        Rows.one(
            connection,
            "SELECT count(*) FROM metaops.order_change WHERE order_id = ? AND cause = ?",
            row -> row.getInt(1),
            orderId,
            cause));
  }

  /** As if these orders had stood in their state for 5 to 9 hours: an edit, and recorded as one. */
  void setBack(Collection<String> orderIds) {
    ask(connection ->
        Rows.execute(
            connection,
            "UPDATE public.orders o SET state_since = o.state_since - interval '5 hours'"
                + " - interval '42 minutes' * (n - 1) FROM unnest(?) WITH ORDINALITY AS w(id, n)"
                + " WHERE o.id = w.id",
            (Object) orderIds.toArray(String[]::new)));
  }

  private interface Question<T> {
    T to(Connection connection) throws SQLException;
  }

  private <T> T ask(Question<T> question) {
    try (Connection connection = at(orders).connect(Deadline.in(SOON, ticker))) {
      return question.to(connection);
    } catch (SQLException e) {
      throw new WorldFailure("the demo's database does not answer: " + e.getMessage(), e);
    }
  }

  private Database at(String database) {
    return new Database(server.withDatabase(database), APPLICATION, ticker);
  }

  private DatabaseUrl url(String user, String password, String database) {
    return DatabaseUrl.of(
        "postgres://"
            + user
            + ":"
            + password
            + "@"
            + server.host()
            + ":"
            + server.port()
            + "/"
            + database);
  }

  private static void login(Connection connection, String name, String password)
      throws SQLException {
    if (Rows.first(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", _ -> 1, name)
        .isEmpty()) {
      Rows.execute(connection, "CREATE ROLE " + name + " LOGIN");
    }
    Rows.execute(connection, "ALTER ROLE " + name + " PASSWORD '" + password + "'");
  }

  private static String newPassword() {
    byte[] bits = new byte[32];
    new SecureRandom().nextBytes(bits);
    return HexFormat.of().formatHex(bits);
  }
}
