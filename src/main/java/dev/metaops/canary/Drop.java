package dev.metaops.canary;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A held connection that was lost.
 *
 * @param code the WebSocket's close code; 1006 where nobody said one
 * @param after how long it was held
 */
public record Drop(Instant at, int code, Duration after) {
  /** Who was dropped so often is kept of no longer. */
  static final int MOST = 20;

  /** Those of the last {@code span} before {@code now}. */
  static List<Drop> within(List<Drop> drops, Duration span, Instant now) {
    return drops.stream().filter(drop -> drop.at().isAfter(now.minus(span))).toList();
  }
}
