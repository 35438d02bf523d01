package dev.metaops.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Durations of the same thing done again and again, in nanoseconds, ascending. */
public record Sample(long[] nanos) {
  public Sample {
    if (nanos.length == 0) {
      throw new IllegalArgumentException("sample: empty (expected: at least one run)");
    }
    nanos = nanos.clone();
    Arrays.sort(nanos);
  }

  public static Sample of(List<Long> nanos) {
    return new Sample(nanos.stream().mapToLong(Long::longValue).toArray());
  }

  public double medianMillis() {
    int middle = nanos.length / 2;
    return nanos.length % 2 == 1 ? nanos[middle] / 1e6 : (nanos[middle - 1] + nanos[middle]) / 2e6;
  }

  public double leastMillis() {
    return nanos[0] / 1e6;
  }

  public double mostMillis() {
    return nanos[nanos.length - 1] / 1e6;
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
        nanos.length);
  }
}
