package dev.metaops.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/** Durations as people write them: {@code 20s}, {@code 30m}, {@code 1.5h}, {@code 2 d}. */
public final class Durations {
  private Durations() {}

  /**
   * Reads a number with an optional unit (ms, s, m or min, h, d); a number alone counts in {@code
   * bare}. Empty when it cannot be read, is not positive, or is longer than {@code most}.
   */
  public static Optional<Duration> read(String text, Duration bare, Duration most) {
    String trimmed = text.strip();
    int end = 0;
    while (end < trimmed.length() && isNumberPart(trimmed.charAt(end))) {
      end++;
    }
    String unit = trimmed.substring(end).strip();
    Optional<Duration> scale = unit.isEmpty() ? Optional.of(bare) : unit(unit);
    if (end == 0 || end > 12 || scale.isEmpty()) {
      return Optional.empty();
    }
    try {
      BigDecimal nanos =
          new BigDecimal(trimmed.substring(0, end))
              .multiply(BigDecimal.valueOf(scale.get().toNanos()));
      if (nanos.signum() <= 0 || nanos.compareTo(BigDecimal.valueOf(most.toNanos())) > 0) {
        return Optional.empty();
      }
      return Optional.of(Duration.ofNanos(nanos.longValue())).filter(Duration::isPositive);
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  /** The shortest spelling {@link #read} reads: {@code 2h}, {@code 90s}, {@code 250ms}. */
  public static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  private static boolean isNumberPart(char letter) {
    return letter == '.' || (letter >= '0' && letter <= '9');
  }

  private static Optional<Duration> unit(String unit) {
    return switch (unit) {
      case "ms" -> Optional.of(Duration.ofMillis(1));
      case "s" -> Optional.of(Duration.ofSeconds(1));
      case "m", "min" -> Optional.of(Duration.ofMinutes(1));
      case "h" -> Optional.of(Duration.ofHours(1));
      case "d" -> Optional.of(Duration.ofDays(1));
      default -> Optional.empty();
    };
  }
}
