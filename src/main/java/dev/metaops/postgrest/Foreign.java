package dev.metaops.postgrest;

import dev.metaops.config.Secret;

/** Text from outside, made fit for a screen and a log line. */
final class Foreign {
  private static final int LIMIT = 300;

  private Foreign() {}

  static String clipped(String text) {
    String start = text.length() <= LIMIT ? text : text.substring(0, LIMIT - 1) + "…";
    return start.replaceAll("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\u2028\\u2029]+", " ").strip();
  }

  /** Without the key, should the other side repeat it. */
  static String clipped(String text, Secret key) {
    return clipped(text.replace(key.reveal(), "‹hidden›"));
  }
}
