package dev.metaops.time;

import java.time.Duration;
import java.time.Instant;

/**
 * Time as a dependency. Production uses {@link SystemTicker}; tests advance their own. Thread-safe.
 */
public interface Ticker {
  /** The wall clock, UTC. May jump; never used to measure how long something took. */
  Instant now();

  /** A monotonic reading in nanoseconds; only differences mean anything. */
  long nanos();

  /** Blocks the calling thread for about this long. */
  void rest(Duration duration) throws InterruptedException;
}
