package dev.metaops.rpc;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** How long the latest answers of one node took. Not thread-safe. */
final class Latencies {
  private static final int KEPT = 256;

  private final long[] nanos = new long[KEPT];
  private long seen;

  void add(Duration took) {
    nanos[(int) (seen % KEPT)] = took.toNanos();
    seen++;
  }

  /** The nearest rank; empty before the first answer. */
  Optional<Duration> percentile(int percent) {
    int kept = (int) Math.min(seen, KEPT);
    if (kept == 0) {
      return Optional.empty();
    }
    long[] sorted = Arrays.copyOf(nanos, kept);
    Arrays.sort(sorted);
    int rank = (kept * percent + 99) / 100;
    return Optional.of(Duration.ofNanos(sorted[Math.max(0, rank - 1)]));
  }
}
