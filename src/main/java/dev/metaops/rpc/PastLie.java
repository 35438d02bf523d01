package dev.metaops.rpc;

import java.time.Duration;

/**
 * A lie that was kept before this process began.
 *
 * @param node as {@link Endpoint} shows it
 * @param ago when it was told, not negative
 */
public record PastLie(String node, Lie.Kind kind, Duration ago) {
  public PastLie {
    if (ago.isNegative()) {
      throw new IllegalArgumentException("ago: " + ago + " (expected: not negative)");
    }
  }
}
