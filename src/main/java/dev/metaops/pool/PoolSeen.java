package dev.metaops.pool;

import dev.metaops.store.PoolState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The pool of a process that serves, as it wrote it down.
 *
 * @param process its number on this machine
 * @param place the database's host, port and name
 * @param leakAfter held for longer is a leak
 * @param reset the last one
 */
public record PoolSeen(
    Instant at,
    long process,
    String place,
    Duration leakAfter,
    PoolState state,
    Optional<PoolReset> reset) {
  /** It is written every few seconds. */
  private static final Duration FRESH = Duration.ofSeconds(20);

  /** Whether it says how the pool is, and not how it was. */
  public boolean isFresh(Instant now) {
    return Duration.between(at, now).compareTo(FRESH) <= 0;
  }
}
