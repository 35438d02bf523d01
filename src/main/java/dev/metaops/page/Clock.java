package dev.metaops.page;

import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Moments as screens show them: UTC, with their age. */
public final class Clock {
  private static final DateTimeFormatter TODAY =
      DateTimeFormatter.ofPattern("HH:mm'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter EARLIER =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Clock() {}

  /** {@code 02:41Z}, with the date when that is not within the last or next 20 hours. */
  public static String at(Instant instant, Instant now) {
    Duration away = Duration.between(instant, now).abs();
    return (away.toHours() < 20 ? TODAY : EARLIER).format(instant);
  }

  /** {@code 02:41Z (23 min)}. */
  public static String since(Instant instant, Instant now) {
    return at(instant, now) + " (" + Ages.of(Duration.between(instant, now)) + ")";
  }
}
