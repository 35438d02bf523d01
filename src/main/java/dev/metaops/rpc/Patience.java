package dev.metaops.rpc;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often and how long one question is asked again, always within the caller's deadline.
 *
 * @param attempts how many times at most, from 1
 * @param attempt how long one attempt may take
 * @param firstPause upper end of the first pause; each further one doubles
 * @param longestPause upper end of any pause
 */
public record Patience(int attempts, Duration attempt, Duration firstPause, Duration longestPause) {
  /** For loops that run for long. */
  public static final Patience STEADY =
      new Patience(5, Duration.ofSeconds(20), Duration.ofMillis(200), Duration.ofSeconds(5));

  /** For a person who waits: one attempt, as long as the deadline. */
  public static final Patience ONCE =
      new Patience(1, Duration.ofHours(1), Duration.ZERO, Duration.ZERO);

  /** Enough to reach any sensible pause, and far from overflow. */
  private static final int MAX_DOUBLINGS = 20;

  public Patience {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts: " + attempts + " (expected: >= 1)");
    }
  }

  /** The same for one attempt, without another. */
  public Patience once() {
    return new Patience(1, attempt, Duration.ZERO, Duration.ZERO);
  }

  /**
   * Full jitter: anything from nothing to the doubled limit, so that many clients do not come back
   * together.
   *
   * @param failed how many attempts have failed, from 1
   */
  Duration pause(int failed, RandomGenerator random) {
    Duration doubled = firstPause.multipliedBy(1L << Math.min(failed - 1, MAX_DOUBLINGS));
    Duration limit = doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
    return Duration.ofNanos(random.nextLong(limit.toNanos() + 1));
  }
}
