package dev.metaops.telemetry;

import dev.metaops.time.Ticker;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How often the same may be reported: once in ten minutes each, and {@value #MOST_AN_HOUR} of all
 * kinds in an hour. Thread-safe.
 */
final class Ration {
  static final int MOST_AN_HOUR = 60;

  private static final long SAME_AGAIN_NANOS = 600_000_000_000L;
  private static final long HOUR_NANOS = 3_600_000_000_000L;
  private static final int MOST_REMEMBERED = 500;

  private final Ticker ticker;
  private final Map<String, Long> reported = new LinkedHashMap<>();
  private long hourBegan;
  private int thisHour;
  private long leftOut;

  Ration(Ticker ticker) {
    this.ticker = ticker;
    this.hourBegan = ticker.nanos();
  }

  /** How many were left out since the last that was granted; empty when this one is too. */
  synchronized Optional<Long> granted(String kind) {
    long now = ticker.nanos();
    if (now - hourBegan >= HOUR_NANOS) {
      hourBegan = now;
      thisHour = 0;
    }
    Long last = reported.get(kind);
    if (thisHour >= MOST_AN_HOUR || (last != null && now - last < SAME_AGAIN_NANOS)) {
      leftOut++;
      return Optional.empty();
    }
    remember(kind, now);
    thisHour++;
    long before = leftOut;
    leftOut = 0;
    return Optional.of(before);
  }

  private void remember(String kind, long now) {
    reported.remove(kind);
    if (reported.size() >= MOST_REMEMBERED) {
      reported.remove(reported.keySet().iterator().next());
    }
    reported.put(kind, now);
  }
}
