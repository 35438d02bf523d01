package dev.metaops.store;

import dev.metaops.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * An open connection of a pool. Used by one thread at a time, but {@link #abort} by any.
 *
 * @param generation of which renewal of the pool
 * @param openedNanos on the monotonic clock
 */
record Session(Connection connection, long generation, long openedNanos) {
  /** Every wait for the network ends by the deadline. Where it is broken, its next use says so. */
  void bound(Deadline deadline) {
    try {
      Database.bound(connection, deadline);
    } catch (SQLException broken) {
      abort();
    }
  }

  /** Whether the server answers on it by the deadline. */
  boolean answers(Deadline deadline) {
    try (Statement statement = connection.createStatement()) {
      Database.bound(connection, deadline);
      statement.execute("");
      return true;
    } catch (SQLException dead) {
      return false;
    }
  }

  /** As it was when it was opened; false when it is of no use any more. */
  boolean isCleaned(Deadline deadline) {
    try {
      if (connection.isClosed()) {
        return false;
      }
      Database.bound(connection, deadline);
      if (!connection.getAutoCommit()) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
      return true;
    } catch (SQLException broken) {
      return false;
    }
  }

  /** Tells the server; waits for nothing. */
  void close() {
    try {
      connection.close();
    } catch (SQLException lost) {
      // Then the server has ended it, or will.
    }
  }

  /** Tells nobody: for one that may hang, or is in use. */
  void abort() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException lost) {
      // It is of no use either way.
    }
  }
}
