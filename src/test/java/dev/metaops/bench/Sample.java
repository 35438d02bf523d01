package dev.metaops.bench;

import java.util.List;
import java.util.Locale;

/** Durations of the same thing done again and again, in nanoseconds, ascending. */
public record Sample(List<Long> nanos) {
  public Sample {
    if (nanos.isEmpty()) {
      throw new IllegalArgumentException("sample: empty (expected: at least one run)");
    }
    nanos = nanos.stream().sorted().toList();
  }

  public static Sample of(List<Long> nanos) {
    return new Sample(nanos);
  }

  public double medianMillis() {
    int middle = nanos.size() / 2;
    return nanos.size() % 2 == 1
        ? nanos.get(middle) / 1e6
        : (nanos.get(middle - 1) + nanos.get(middle)) / 2e6;
  }

  public double leastMillis() {
    return nanos.getFirst() / 1e6;
  }

  public double mostMillis() {
    return nanos.getLast() / 1e6;
  }

  /**
   * The smallest that so many of a hundred do not exceed.
   *
   * @param hundredths from 1 to 100
   */
  public double percentileMillis(int hundredths) {
    int rank = (int) Math.ceil(nanos.size() * hundredths / 100.0);
    return nanos.get(Math.max(0, rank - 1)) / 1e6;
  }

  /** {@code median 12.3 ms, min 11.0, max 20.1 (25 runs)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "median %.1f ms, min %.1f, max %.1f (%d runs)",
        medianMillis(),
        leastMillis(),
        mostMillis(),
        nanos.size());
  }
}
