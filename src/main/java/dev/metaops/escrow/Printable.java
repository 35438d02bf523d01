package dev.metaops.escrow;

import java.util.Optional;

/** What a library threw or a contract said, made fit for a screen and a row. */
final class Printable {
  private static final int LIMIT = 160;

  private Printable() {}

  static String text(RuntimeException thrown) {
    return text(
        Optional.ofNullable(thrown.getMessage())
            .filter(message -> !message.isBlank())
            .orElse(thrown.getClass().getSimpleName()));
  }

  static String text(String text) {
    String start = text.length() <= LIMIT ? text : text.substring(0, LIMIT - 1) + "…";
    return start.replaceAll("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\u2028\\u2029]+", " ");
  }
}
