package dev.metaops.audit;

import java.time.Duration;
import java.util.List;

/**
 * Transactions that hold locks for writing on the orders table. What they did has no record that
 * anybody could see until they end.
 */
public sealed interface OpenTransactions {
  /** Longer than this is a finding. DESIGN §3. */
  Duration LONGEST = Duration.ofSeconds(60);

  /**
   * All of them were seen.
   *
   * @param overdue those open longer than {@link #LONGEST}, oldest first, at most 100
   */
  record Seen(List<OpenTransaction> overdue) implements OpenTransactions {
    public Seen {
      overdue = List.copyOf(overdue);
    }
  }

  /**
   * The login may not see when some of them began, so nobody can say they are young.
   *
   * @param hidden how many
   * @param overdue of those that were seen
   */
  record Hidden(long hidden, List<OpenTransaction> overdue) implements OpenTransactions {
    public Hidden {
      overdue = List.copyOf(overdue);
    }

    public String sentence() {
      return hidden
          + " transactions write to the orders table and this login may not see since when"
          + " (GRANT pg_read_all_stats to it)";
    }
  }

  /**
   * One of them.
   *
   * @param state as pg_stat_activity says: {@code active}, {@code idle in transaction}
   */
  record OpenTransaction(
      int process, String login, String application, String state, Duration age) {
    public String sentence() {
      return "process "
          + process
          + " ("
          + login
          + (application.isEmpty() ? "" : ", " + application)
          + ") holds a transaction on the orders table for "
          + age.toSeconds()
          + " s, "
          + state;
    }
  }
}
