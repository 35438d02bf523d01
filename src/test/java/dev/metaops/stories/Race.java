package dev.metaops.stories;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;

/** Runs the interleavings of many seeds, in a database for each processor. */
final class Race {
  /** Each failed once. */
  static final List<Long> KNOWN =
      List.of(18L, 362L, 431L, 439L, 547L, 559L, 600L, 13237L, 40810L, 54111L, 74308L);

  private static final int AT_ONCE = 50;

  private final Set<String> traces = new HashSet<>();
  private final List<String> failures = new ArrayList<>();
  private final Map<String, Map<String, Long>> ends = new TreeMap<>();
  private long run;
  private long fixed;
  private long changes;
  private long deadlocks;
  private long waits;

  private Race() {}

  /** The known ones first, then as many from this one on. */
  static Race run(long first, int count, int lanes) throws SQLException {
    return run(RaceWeakness.NONE, first, count, lanes);
  }

  /** The same in databases that look less closely. */
  static Race run(RaceWeakness weakness, long first, int count, int lanes) throws SQLException {
    Race race = new Race();
    List<Long> seeds =
        LongStream.concat(
                KNOWN.stream().mapToLong(Long::longValue), LongStream.range(first, first + count))
            .distinct()
            .boxed()
            .toList();
    List<RaceLane> open = new ArrayList<>();
    try {
      for (int lane = 0; lane < lanes; lane++) {
        open.add(new RaceLane(weakness));
      }
      try (ExecutorService threads = Executors.newFixedThreadPool(lanes)) {
        for (int lane = 0; lane < lanes; lane++) {
          RaceLane mine = open.get(lane);
          int at = lane;
          threads.execute(() -> race.run(mine, seeds, at, lanes));
        }
      }
    } finally {
      for (RaceLane lane : open) {
        lane.close();
      }
    }
    return race;
  }

  private void run(RaceLane lane, List<Long> seeds, int first, int step) {
    List<RaceBout> together = new ArrayList<>();
    try {
      for (int at = first; at < seeds.size(); at += step) {
        together.add(new RaceBout(lane, seeds.get(at)));
        if (together.size() == AT_ONCE || at + step >= seeds.size()) {
          run(lane, together);
          together.clear();
        }
      }
    } catch (SQLException | InterruptedException | RuntimeException failed) {
      together.forEach(
          bout -> bout.failures().forEach(one -> add("seed " + bout.seed + ": " + one)));
      add(
          "the lane broke at "
              + together.stream().map(bout -> bout.seed).toList()
              + ": "
              + failed
              + (failed.getCause() == null ? "" : " " + failed.getCause()));
    }
  }

  private void run(RaceLane lane, List<RaceBout> together)
      throws SQLException, InterruptedException {
    List<String> orders = together.stream().map(bout -> bout.order).toList();
    lane.insert(orders);
    RaceChain.Block base = lane.chain.head();
    lane.chain.says(
        base,
        RaceChain.above(
            base,
            "n",
            together.stream()
                .flatMap(bout ->
                    bout.story.before().stream()
                        .map(kind -> new RaceChain.Happens(kind, bout.order)))
                .toArray(RaceChain.Happens[]::new)));
    lane.follow(0);
    for (RaceBout bout : together) {
      try {
        bout.run();
      } catch (RuntimeException failed) {
        throw new IllegalStateException("seed " + bout.seed + " " + bout.trace(), failed);
      }
    }
    // Once for what is new, once for rows that were held.
    RaceChain.Block last = lane.chain.head();
    lane.chain.says(last, RaceChain.above(last, "n"));
    lane.follow(0);
    lane.follow(0);
    var rows = lane.rows(orders);
    var written = lane.written(orders);
    for (RaceBout bout : together) {
      List<RaceLane.Written> its = written.getOrDefault(bout.order, List.of());
      RaceLane.Row row = rows.get(bout.order);
      add(
          bout,
          row == null ? List.of("the row is gone") : bout.judge(row, its),
          row == null ? "none" : row.state(),
          its.size());
      lane.moved.remove(bout.order);
    }
  }

  private synchronized void add(RaceBout bout, List<String> wrong, String end, int changed) {
    run++;
    fixed += bout.isFixed() ? 1 : 0;
    if (run % 10_000 == 0) {
      System.out.println("  " + figures());
    }
    ends.computeIfAbsent(bout.story.name(), _ -> new TreeMap<>()).merge(end, 1L, Long::sum);
    changes += changed;
    deadlocks += bout.deadlocks();
    waits += bout.waits();
    traces.add(bout.trace());
    if (!wrong.isEmpty()) {
      failures.add("seed " + bout.seed + ": " + wrong + "\n    " + bout.trace());
    }
  }

  private synchronized void add(String failure) {
    failures.add(failure);
  }

  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** How many were run to their end. */
  synchronized long count() {
    return run;
  }

  /** In how many of those a fix was applied. */
  synchronized long fixed() {
    return fixed;
  }

  /** Where the rows ended, by what the chain did. */
  synchronized Map<String, Map<String, Long>> ends() {
    return Map.copyOf(ends);
  }

  synchronized String figures() {
    return run
        + " interleavings, "
        + traces.size()
        + " of them different, "
        + changes
        + " changes on record, "
        + fixed
        + " fixed, "
        + waits
        + " times somebody waited for a lock, "
        + deadlocks
        + " deadlocks, "
        + failures.size()
        + " failed";
  }
}
