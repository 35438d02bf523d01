package dev.metaops.stories;

import dev.metaops.testing.MemoryLedger;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.StoredLedger;
import dev.metaops.testing.TrialLedger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;

/** Lives the histories of many seeds, each on a ledger of its own, on all processors. */
final class Seeds {
  /** Each failed once. */
  static final List<Long> KNOWN =
      List.of(
          313L, 411L, 604L, 1811L, 2705L, 2735L, 2957L, 3133L, 3750L, 5252L, 5259L, 7943L, 9294L,
          9435L);

  /** Where a history is followed to, and how deep its reorgs go. */
  enum Way {
    IN_MEMORY,
    ON_POSTGRES,
    DEEP_IN_MEMORY,
    DEEP_ON_POSTGRES;

    private TrialLedger ledger(SettableTicker ticker) throws SQLException {
      return switch (this) {
        case IN_MEMORY, DEEP_IN_MEMORY -> new MemoryLedger(ticker);
        case ON_POSTGRES, DEEP_ON_POSTGRES -> new StoredLedger();
      };
    }

    private SeededHistory.Tally live(SeededHistory history) throws SQLException {
      return switch (this) {
        case IN_MEMORY, ON_POSTGRES -> history.run();
        case DEEP_IN_MEMORY, DEEP_ON_POSTGRES -> history.runDeep();
      };
    }
  }

  private final Way way;
  private final Map<String, Long> faults = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private int lived;
  private long steps;
  private long reorgs;
  private long kills;
  private long refuted;
  private long leftForPeople;

  private Seeds(Way way) {
    this.way = way;
  }

  /** The known ones first, then as many from this one on. */
  static Seeds live(Way way, long first, int count) {
    Seeds seeds = new Seeds(way);
    try (ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      LongStream.concat(
              KNOWN.stream().mapToLong(Long::longValue), LongStream.range(first, first + count))
          .forEach(seed -> threads.execute(() -> seeds.live(seed)));
    }
    return seeds;
  }

  private void live(long seed) {
    SettableTicker ticker = new SettableTicker();
    try (TrialLedger ledger = way.ledger(ticker)) {
      add(way.live(new SeededHistory(seed, ledger, ticker)));
    } catch (SQLException | RuntimeException | AssertionError failed) {
      add("seed " + seed + " " + way + ": " + failed);
    }
  }

  private synchronized void add(SeededHistory.Tally tally) {
    lived++;
    steps += tally.steps();
    reorgs += tally.reorgs();
    kills += tally.kills();
    refuted += tally.refuted();
    leftForPeople += tally.leftForPeople();
    tally.faults().forEach((fault, times) -> faults.merge(fault, times, Long::sum));
  }

  private synchronized void add(String failure) {
    failures.add(failure);
  }

  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** How much a node had made up or altered, and was taken back once it was proved. */
  synchronized long refuted() {
    return refuted;
  }

  synchronized String figures() {
    long injected = faults.values().stream().mapToLong(Long::longValue).sum();
    return lived
        + " seeds "
        + way
        + ": "
        + steps
        + " steps, "
        + reorgs
        + " reorgs, "
        + kills
        + " kills, "
        + injected
        + " faults of "
        + faults.size()
        + " kinds, "
        + refuted
        + " events taken back, "
        + leftForPeople
        + " rows left for people, "
        + failures.size()
        + " failed";
  }

  synchronized Map<String, Long> faults() {
    return Map.copyOf(faults);
  }
}
