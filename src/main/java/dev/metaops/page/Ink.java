package dev.metaops.page;

/** What a piece of text means; on a terminal it is a colour, elsewhere nothing. */
public enum Ink {
  PLAIN(""),
  STRONG("\u001b[1m"),
  FAINT("\u001b[2m"),
  GOOD("\u001b[32m"),
  WARNING("\u001b[33m"),
  BAD("\u001b[31m");

  private static final String RESET = "\u001b[0m";
  private final String escape;

  Ink(String escape) {
    this.escape = escape;
  }

  String on(String text) {
    return escape.isEmpty() || text.isEmpty() ? text : escape + text + RESET;
  }
}
