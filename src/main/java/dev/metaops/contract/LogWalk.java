package dev.metaops.contract;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a contract's logs from the newest block backwards, in growing steps, as far as the deadline
 * lets it: what is cut off is the oldest, and it says where.
 */
public final class LogWalk {
  /** Most providers allow 2,000 blocks a question, or more. */
  private static final long FIRST_STEP = 2_000;

  private static final long LONGEST_STEP = 1_000_000;
  private static final int MOST_LOGS = 100_000;

  private final Provider provider;
  private final Address contract;

  public LogWalk(Provider provider, Address contract) {
    this.provider = provider;
    this.contract = contract;
  }

  /**
   * What was read, oldest first.
   *
   * @param from the oldest block that was read; one above the newest when none was
   * @param stopped why it is not the oldest that was asked for
   */
  public record Walked(List<Log> logs, long from, Optional<String> stopped) {}

  /** Every log. */
  public Walked all(long oldest, long newest, Deadline deadline) {
    return walk(LogFilter.of(Set.of(contract)), oldest, newest, deadline);
  }

  /** What the proxy announced. */
  public Upgrade.History upgrades(long oldest, long newest, Deadline deadline) {
    LogFilter filter = new LogFilter(Set.of(contract), List.<Set<Hash>>of(Upgrade.topics()));
    Walked walked = walk(filter, oldest, newest, deadline);
    return new Upgrade.History(
        walked.logs().stream().flatMap(log -> Upgrade.of(log).stream()).toList(),
        walked.from(),
        oldest);
  }

  private Walked walk(LogFilter filter, long oldest, long newest, Deadline deadline) {
    List<Log> logs = new ArrayList<>();
    long from = newest + 1;
    long step = FIRST_STEP;
    while (from > oldest) {
      if (logs.size() > MOST_LOGS) {
        return new Walked(logs, from, Optional.of("more than " + MOST_LOGS + " events"));
      }
      long start = Math.max(oldest, from - step);
      try {
        logs.addAll(0, provider.logs(start, from - 1, filter, deadline));
      } catch (RpcUnavailable cut) {
        return new Walked(logs, from, Optional.of(cut.failure().sentence()));
      }
      from = start;
      step = Math.min(LONGEST_STEP, step * 4);
    }
    return new Walked(logs, from, Optional.empty());
  }
}
