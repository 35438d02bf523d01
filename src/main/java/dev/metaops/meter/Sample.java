package dev.metaops.meter;

import java.time.Duration;
import java.util.List;

/**
 * One value of a {@link Family}.
 *
 * @param labels a value for each of its labels, in their order
 */
public record Sample(List<String> labels, double value) {
  private static final double NANOS = 1e9;

  public Sample {
    labels = List.copyOf(labels);
  }

  public static Sample of(double value, String... labels) {
    return new Sample(List.of(labels), value);
  }

  /** Exact up to 2^53. */
  public static Sample of(long value, String... labels) {
    return new Sample(List.of(labels), (double) value);
  }

  /** In seconds. */
  public static Sample of(Duration value, String... labels) {
    return new Sample(List.of(labels), value.toNanos() / NANOS);
  }
}
