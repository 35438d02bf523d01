package dev.metaops.time;

import java.time.Duration;

/** Durations as people read them at 3 a.m.: two units at most, the larger first. */
public final class Ages {
  private Ages() {}

  /**
   * For example {@code 41 s}, {@code 9 h 12 min}, {@code 3 d 4 h}. A negative duration reads 0 s.
   */
  public static String of(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return pair(seconds / 60, "min", seconds % 60, "s");
    }
    if (seconds < 86_400) {
      return pair(seconds / 3600, "h", seconds % 3600 / 60, "min");
    }
    return pair(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
  }

  private static String pair(long large, String largeUnit, long small, String smallUnit) {
    return small == 0
        ? large + " " + largeUnit
        : large + " " + largeUnit + " " + small + " " + smallUnit;
  }
}
