package dev.metaops.canary;

import dev.metaops.time.Ages;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lengths of time, and of foreign words, as they are shown. */
final class Spans {
  private static final int LONGEST = 120;

  private Spans() {}

  /** {@code 240 ms}, {@code 2.5 s}, {@code 5 s}, {@code 2 min}. */
  static String brief(Duration time) {
    if (time.toMillis() < 1_000) {
      return time.toMillis() + " ms";
    }
    boolean isUneven = time.toSeconds() < 60 && time.toMillisPart() != 0;
    return isUneven
        ? String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0)
        : Ages.of(time);
  }

  /** Made fit for a screen. */
  static String clipped(@Nullable String foreign) {
    String text = Optional.ofNullable(foreign).orElse("no reason given");
    String start = text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    return start.replaceAll("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\u2028\\u2029]+", " ").strip();
  }
}
