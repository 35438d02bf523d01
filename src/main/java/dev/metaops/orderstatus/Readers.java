package dev.metaops.orderstatus;

import dev.metaops.store.Database;
import dev.metaops.store.DatabaseUnavailable;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A few connections that all who ask share, kept open between questions. Whoever finds none free
 * waits, and at most as long as an answer may take. Thread-safe.
 */
final class Readers implements AutoCloseable {
  private static final int MOST = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Database database;
  private final Ticker ticker;
  private final Semaphore free = new Semaphore(MOST, true);
  private final Deque<Connection> kept = new ArrayDeque<>();
  private boolean closed;

  Readers(Database database, Ticker ticker) {
    this.database = database;
    this.ticker = ticker;
  }

  /** What somebody asks. */
  @FunctionalInterface
  interface Question<T> {
    T of(StatusStore store) throws SQLException;
  }

  /** One transaction, read only by nature of what is asked. */
  <T> T ask(Question<T> question) throws SQLException {
    Deadline deadline = Deadline.in(PATIENCE, ticker);
    if (!hasFree()) {
      throw new SQLException(
          "all "
              + MOST
              + " connections were busy for "
              + PATIENCE.toSeconds()
              + " s: too many ask");
    }
    try {
      Optional<Connection> used = taken();
      if (used.isPresent()) {
        try {
          return asked(used.get(), deadline, question);
        } catch (DatabaseUnavailable stale) {
          // It may have been cut while nobody used it; a new one tells.
        }
      }
      return asked(database.connect(deadline), deadline, question);
    } finally {
      free.release();
    }
  }

  private boolean hasFree() throws SQLException {
    try {
      return free.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted", stopping);
    }
  }

  private <T> T asked(Connection connection, Deadline deadline, Question<T> question)
      throws SQLException {
    boolean isFine = false;
    try {
      T answer =
          database.transaction(connection, deadline, work -> question.of(new StatusStore(work)));
      isFine = true;
      return answer;
    } finally {
      if (!isFine || !keep(connection)) {
        connection.close();
      }
    }
  }

  private synchronized Optional<Connection> taken() {
    return Optional.ofNullable(kept.poll());
  }

  private synchronized boolean keep(Connection connection) {
    if (!closed) {
      kept.push(connection);
    }
    return !closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    for (Connection connection : kept) {
      try {
        connection.close();
      } catch (SQLException gone) {
        // It is closed then.
      }
    }
    kept.clear();
  }
}
