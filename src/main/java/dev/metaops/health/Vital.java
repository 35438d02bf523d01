package dev.metaops.health;

import java.util.Optional;

/**
 * One measured value beside its threshold.
 *
 * @param value with its unit, as measured
 * @param threshold what it should be, with its unit; empty when it is only shown
 * @param gauge the same as numbers, where they can be drawn
 */
public record Vital(
    String name, String value, String threshold, Condition condition, Optional<Gauge> gauge) {

  /**
   * A number and what it may be at most, in one unit.
   *
   * @param limit above 0
   */
  public record Gauge(long value, long limit) {
    public Gauge {
      if (limit <= 0 || value < 0) {
        throw new IllegalArgumentException(
            "gauge: " + value + " of " + limit + " (expected: from 0, of above 0)");
      }
    }
  }

  public Vital(String name, String value, String threshold, Condition condition) {
    this(name, value, threshold, condition, Optional.empty());
  }

  /** A value without a threshold. */
  public static Vital shown(String name, String value) {
    return new Vital(name, value, "", Condition.UP);
  }

  /** One that nobody could tell, and that nothing is judged by. */
  public static Vital untold(String name, String why) {
    return new Vital(name, "UNKNOWN: " + why, "", Condition.UNKNOWN);
  }

  /** The same with its numbers; without them where they cannot be drawn. */
  public Vital gauged(long number, long limit) {
    return limit > 0 && number >= 0
        ? new Vital(name, value, threshold, condition, Optional.of(new Gauge(number, limit)))
        : this;
  }
}
