package dev.metaops.bench;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.store.Database;
import dev.metaops.store.Migrations;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postgresql.PGConnection;

/** One database of the bench's server, with one connection to ask it through. Not thread-safe. */
public final class VenueDatabase implements AutoCloseable {
  private static final Duration MOST = Duration.ofMinutes(5);

  private final String secretUrl;
  private final Connection connection;

  private VenueDatabase(String secretUrl, Connection connection) {
    this.secretUrl = secretUrl;
    this.connection = connection;
  }

  /** A new database of this name; the old one is dropped. */
  public static VenueDatabase fresh(EmbeddedPostgres server, String name) throws SQLException {
    try (Connection maintenance =
        database(server.instance().secretUrl("postgres")).connect(most())) {
      LoadedOrders.run(maintenance, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
      LoadedOrders.run(maintenance, "CREATE DATABASE " + name);
    }
    String url = server.instance().secretUrl(name);
    return new VenueDatabase(url, database(url).connect(most()));
  }

  /**
   * Our schema, and these orders as rows in state CREATED: placed before anything follows, through
   * the triggers every insert goes through.
   */
  public void place(OrdersChain chain, int orders) throws SQLException, IOException {
    Migrations.apply(database(secretUrl), "db/orders", most());
    StringBuilder rows = new StringBuilder();
    for (int order = 0; order < orders; order++) {
      Terms terms = chain.terms(order);
      rows.append(terms.orderId()).append('\t');
      rows.append(terms.buyer().text()).append('\t').append(terms.seller().text()).append('\t');
      rows.append(terms.token().text()).append('\t').append(terms.amount()).append('\t');
      rows.append(chain.escrow().text()).append('\t').append(chain.key(order).text()).append('\n');
    }
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn(
            "COPY public.orders (id, buyer, seller, token, amount, escrow_contract, escrow_key)"
                + " FROM STDIN",
            new StringReader(rows.toString()));
    run("VACUUM ANALYZE");
    run("CHECKPOINT");
  }

  /** From now on the server's log shows the plan of every statement, also those in functions. */
  public void explain() throws SQLException {
    String name = one("SELECT current_database()");
    for (String setting :
        List.of(
            "session_preload_libraries = 'auto_explain'",
            "auto_explain.log_min_duration = '20ms'",
            "auto_explain.log_nested_statements = on",
            "auto_explain.log_analyze = on",
            "auto_explain.log_triggers = on",
            "auto_explain.log_timing = off")) {
      run("ALTER DATABASE " + name + " SET " + setting);
    }
  }

  /** What a figure of this server would not be worth anything without; refuses to go on. */
  public void requireDurable() throws SQLException {
    require("SHOW fsync", "on");
    require("SHOW full_page_writes", "on");
    require("SHOW synchronous_commit", "on");
    require("SHOW track_commit_timestamp", "on");
  }

  /** The guard and every other trigger of the orders table fires, and the guard refuses. */
  public void requireTriggers() throws SQLException {
    require("SELECT value FROM metaops.setting WHERE name = 'guard'", "enforce");
    require(
        "SELECT string_agg(DISTINCT tgenabled::text, ' ') FROM pg_trigger"
            + " WHERE tgrelid = 'public.orders'::regclass AND NOT tgisinternal",
        "A");
    require(
        "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'public.orders'::regclass"
            + " AND tgname IN ('metaops_guard', 'metaops_guard_own')",
        "2");
  }

  private void require(String sql, String expected) throws SQLException {
    String found = one(sql);
    if (!expected.equals(found)) {
      throw new IllegalStateException(
          "refused: " + sql + " is " + found + " (expected: " + expected + ")");
    }
  }

  public String secretUrl() {
    return secretUrl;
  }

  /** The first column of the only row. */
  public String one(String sql) throws SQLException {
    List<String> found = all(sql);
    if (found.size() != 1) {
      throw new IllegalStateException(found.size() + " rows (expected: 1) of " + sql);
    }
    return found.getFirst();
  }

  public long number(String sql) throws SQLException {
    return Long.parseLong(one(sql));
  }

  /** Each row as one text, its columns joined by a bar. */
  public List<String> all(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
          row.add(String.valueOf(rows.getString(column)));
        }
        found.add(String.join("|", row));
      }
      return found;
    }
  }

  /** The moment of the only row, absent when there is no row or it says nothing. */
  public Optional<Instant> moment(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      if (!rows.next()) {
        return Optional.empty();
      }
      return Optional.ofNullable(rows.getTimestamp(1)).map(Timestamp::toInstant);
    }
  }

  /** Moments by name, of two columns; the earliest where a name comes twice. */
  public Map<String, Instant> moments(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      Map<String, Instant> found = new HashMap<>();
      while (rows.next()) {
        Instant moment = rows.getTimestamp(2).toInstant();
        found.merge(rows.getString(1), moment, (one, other) -> one.isBefore(other) ? one : other);
      }
      return found;
    }
  }

  /** Whether there is such a table. */
  public boolean has(String table) throws SQLException {
    return one("SELECT to_regclass('" + table + "') IS NOT NULL").equals("t");
  }

  public void run(String sql) throws SQLException {
    LoadedOrders.run(connection, sql);
  }

  Connection connection() {
    return connection;
  }

  private static Database database(String url) {
    return new Database(DatabaseUrl.of(url), "metaops-bench", SystemTicker.SYSTEM);
  }

  private static Deadline most() {
    return Deadline.in(MOST, SystemTicker.SYSTEM);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
