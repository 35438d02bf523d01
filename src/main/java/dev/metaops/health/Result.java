package dev.metaops.health;

import java.time.Duration;
import java.time.Instant;

/**
 * What one check came to.
 *
 * @param at when it was measured, by this machine's clock
 * @param took how long measuring took
 */
public record Result(
    String component, String subject, Diagnosis diagnosis, Instant at, Duration took) {
  public Condition condition() {
    return diagnosis.condition();
  }

  /** The same measurement, seen in a new light. */
  public Result with(Diagnosis other) {
    return new Result(component, subject, other, at, took);
  }
}
