package dev.metaops.rpc;

/** Text from outside, made fit for a screen and a log line. */
final class Clipped {
  private static final int LIMIT = 200;

  private Clipped() {}

  static String text(String foreign) {
    String start = foreign.length() <= LIMIT ? foreign : foreign.substring(0, LIMIT - 1) + "…";
    return start.replaceAll("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\u2028\\u2029]+", " ").strip();
  }
}
