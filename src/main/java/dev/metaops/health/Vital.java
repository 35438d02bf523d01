package dev.metaops.health;

/**
 * One measured value beside its threshold.
 *
 * @param value with its unit, as measured
 * @param threshold what it should be, with its unit; empty when it is only shown
 */
public record Vital(String name, String value, String threshold, Condition condition) {
  /** A value without a threshold. */
  public static Vital shown(String name, String value) {
    return new Vital(name, value, "", Condition.UP);
  }
}
