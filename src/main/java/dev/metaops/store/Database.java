package dev.metaops.store;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL database we use one connection at a time of, each opened for its use or lent by a
 * {@link Pool}. Nothing here waits past its deadline. Works through a transaction pooler.
 * Thread-safe; its connections are not.
 */
public final class Database {
  private final DatabaseUrl url;
  private final String applicationName;
  private final Ticker ticker;
  private final Door door;

  /** Where connections come from. */
  interface Door {
    Connection connect(Deadline deadline) throws DatabaseUnavailable;
  }

  /**
   * Connects nowhere yet.
   *
   * @param applicationName shown in {@code pg_stat_activity}; at most 63 bytes count
   */
  public Database(DatabaseUrl url, String applicationName, Ticker ticker) {
    this.url = url;
    this.applicationName = applicationName;
    this.ticker = ticker;
    this.door = this::open;
  }

  private Database(Database same, Door door) {
    this.url = same.url;
    this.applicationName = same.applicationName;
    this.ticker = same.ticker;
    this.door = door;
  }

  /** The same database, whose connections come from there. */
  Database through(Door other) {
    return new Database(this, other);
  }

  public DatabaseUrl url() {
    return url;
  }

  /**
   * A connection in auto-commit whose every wait for the network ends by the deadline. The caller
   * closes it.
   */
  public Connection connect(Deadline deadline) throws DatabaseUnavailable {
    if (deadline.hasPassed()) {
      throw new DatabaseUnavailable(new DatabaseFailure.NoAnswer(url.place(), Duration.ZERO));
    }
    return door.connect(deadline);
  }

  private Connection open(Deadline deadline) throws DatabaseUnavailable {
    long start = ticker.nanos();
    try {
      Connection connection =
          DriverManager.getConnection(url.jdbc(), properties(deadline.remaining()));
      bound(connection, deadline);
      return connection;
    } catch (SQLException failure) {
      throw new DatabaseUnavailable(DatabaseFailure.of(failure, url, since(start)), failure);
    }
  }

  /**
   * Does the work in one transaction on a connection of its own: committed when it returns, rolled
   * back when it throws.
   *
   * @throws DatabaseUnavailable when the database is what failed
   * @throws SQLException the statement's own refusal, as it came; retrying a serialization failure
   *     is the caller's
   */
  public <T extends @Nullable Object> T transaction(Deadline deadline, Work<T> work)
      throws SQLException {
    try (Connection connection = connect(deadline)) {
      return transaction(connection, deadline, work);
    }
  }

  /**
   * The same on a connection the caller keeps; afterwards it is in auto-commit again. A connection
   * that failed by the network is of no further use.
   */
  public <T extends @Nullable Object> T transaction(
      Connection connection, Deadline deadline, Work<T> work) throws SQLException {
    long start = ticker.nanos();
    try {
      bound(connection, deadline);
      connection.setAutoCommit(false);
      boolean committed = false;
      try {
        limitStatements(connection, deadline);
        T result = work.with(connection);
        bound(connection, deadline);
        connection.commit();
        committed = true;
        return result;
      } finally {
        if (!committed) {
          rollBack(connection);
        }
        if (!connection.isClosed()) {
          connection.setAutoCommit(true);
        }
      }
    } catch (SQLException failure) {
      throw named(failure, since(start));
    }
  }

  private SQLException named(SQLException failure, Duration waited) {
    return switch (DatabaseFailure.of(failure, url, waited)) {
      case DatabaseFailure.Other _ -> failure;
      case DatabaseFailure known ->
          failure instanceof DatabaseUnavailable
              ? failure
              : new DatabaseUnavailable(known, failure);
    };
  }

  /**
   * The server gives up a little before we do, so that we hear it say so; and it ends a transaction
   * whose client fell asleep holding locks.
   */
  private static void limitStatements(Connection connection, Deadline deadline)
      throws SQLException {
    int left = deadline.remainingMillis();
    int server = Math.max(1, left - Math.min(100, left / 10));
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SET LOCAL statement_timeout = "
              + server
              + "; SET LOCAL idle_in_transaction_session_timeout = "
              + left);
    }
  }

  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException lost) {
      // The server rolls back what has lost its connection; the first failure is the one to tell.
    }
  }

  static void bound(Connection connection, Deadline deadline) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, deadline.remainingMillis());
  }

  private Properties properties(Duration left) {
    Properties properties = url.properties();
    properties.setProperty("ApplicationName", applicationName);
    properties.setProperty("assumeMinServerVersion", "15");
    properties.setProperty("prepareThreshold", "0");
    properties.setProperty("gssEncMode", "disable");
    properties.setProperty("tcpKeepAlive", "true");
    // To the millisecond for us; whole seconds for the driver's thread we may leave behind.
    properties.setProperty(
        "loginTimeout", String.format(Locale.ROOT, "%.3f", Math.max(1, left.toMillis()) / 1000.0));
    String seconds = String.valueOf(Math.clamp(left.toMillis() / 1000 + 1, 1, 3600));
    properties.setProperty("connectTimeout", seconds);
    properties.setProperty("socketTimeout", seconds);
    return properties;
  }

  private Duration since(long startNanos) {
    return Duration.ofNanos(ticker.nanos() - startNanos);
  }
}
