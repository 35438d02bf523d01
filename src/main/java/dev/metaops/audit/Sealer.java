package dev.metaops.audit;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Links new records into the chain: one step of a loop that rests a second between steps. Any
 * number of sealers may run; the database lets one at a time link, and the others find nothing to
 * do.
 */
public final class Sealer {
  private static final int BATCH = 1_000;

  /** Batches in one step, each a transaction, so that a step ends however long the queue is. */
  private static final int MOST_BATCHES = 20;

  private Sealer() {}

  /**
   * What a step did and saw, for health.
   *
   * @param sealed how many records were linked
   * @param unsealed what still waits afterwards
   */
  public record Step(int sealed, Unsealed unsealed, OpenTransactions transactions) {}

  /** One step, on a connection in auto-commit. Idempotent. */
  public static Step step(Connection connection) throws SQLException {
    if (!connection.getAutoCommit()) {
      throw new IllegalArgumentException(
          "connection: in a transaction (expected: in auto-commit, so that each batch commits)");
    }
    var store = new RecordStore(connection);
    int sealed = 0;
    for (int batch = 0; batch < MOST_BATCHES; batch++) {
      int linked = store.seal(BATCH);
      sealed += linked;
      if (linked < BATCH) {
        break;
      }
    }
    return new Step(sealed, store.unsealed(), store.openTransactions());
  }
}
