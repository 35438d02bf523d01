package dev.metaops.audit;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A record's time as its entry writes it: UTC, microseconds. Texts compare like times. Pure. */
final class RecordTime {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final long FROM_2000 = 946_684_800L;
  private static final long MICROS = 1_000_000;
  private static final int MOST_YEAR = 9999;

  private RecordTime() {}

  static String text(Instant at) {
    return TIME.format(at);
  }

  /**
   * @param sent as PostgreSQL sends a {@code timestamptz}: microseconds since 2000
   */
  static String text(byte[] sent) {
    long micros = ByteBuffer.wrap(sent).getLong();
    if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
      return micros > 0 ? "infinity" : "-infinity";
    }
    var at =
        LocalDateTime.ofEpochSecond(
            FROM_2000 + Math.floorDiv(micros, MICROS),
            (int) Math.floorMod(micros, MICROS) * 1_000,
            ZoneOffset.UTC);
    if (at.getYear() < 0 || at.getYear() > MOST_YEAR) {
      return TIME.format(at.atOffset(ZoneOffset.UTC));
    }
    var text = new StringBuilder(27);
    digits(text, at.getYear(), 1_000).append('-');
    digits(text, at.getMonthValue(), 10).append('-');
    digits(text, at.getDayOfMonth(), 10).append('T');
    digits(text, at.getHour(), 10).append(':');
    digits(text, at.getMinute(), 10).append(':');
    digits(text, at.getSecond(), 10).append('.');
    return digits(text, at.getNano() / 1_000, 100_000).append('Z').toString();
  }

  private static StringBuilder digits(StringBuilder into, int number, int unit) {
    for (int each = unit; each > 0; each /= 10) {
      into.append((char) ('0' + number / each % 10));
    }
    return into;
  }
}
