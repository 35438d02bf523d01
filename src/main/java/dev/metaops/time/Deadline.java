package dev.metaops.time;

import java.time.Duration;

/** A point on the monotonic clock after which an answer is no longer waited for. Thread-safe. */
public final class Deadline {
  private final Ticker ticker;
  private final long endNanos;

  private Deadline(Ticker ticker, long endNanos) {
    this.ticker = ticker;
    this.endNanos = endNanos;
  }

  public static Deadline in(Duration duration, Ticker ticker) {
    return new Deadline(ticker, ticker.nanos() + duration.toNanos());
  }

  /** What is left, never negative. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, endNanos - ticker.nanos()));
  }

  public boolean hasPassed() {
    return endNanos - ticker.nanos() <= 0;
  }

  /** The nearer of this deadline and one {@code duration} from now. */
  public Deadline atMost(Duration duration) {
    long other = ticker.nanos() + duration.toNanos();
    return other - endNanos < 0 ? new Deadline(ticker, other) : this;
  }

  /**
   * What is left in whole milliseconds, at least 1: the form socket options want, where 0 means
   * "for ever".
   */
  public int remainingMillis() {
    return Math.clamp(remaining().toMillis(), 1, Integer.MAX_VALUE);
  }
}
