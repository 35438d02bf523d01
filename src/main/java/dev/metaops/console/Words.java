package dev.metaops.console;

import dev.metaops.page.Page;

/** Text of others, cut to what a screen has room for. */
final class Words {
  private static final int LINE = 80;
  private static final int PARAGRAPH = 400;

  private Words() {}

  /** A name, a state. */
  static String line(String text) {
    return bounded(text, LINE);
  }

  /** A sentence, or a command: half of one does not work. */
  static String paragraph(String text) {
    return bounded(text, PARAGRAPH);
  }

  /** Cut between characters, never within one. */
  private static String bounded(String text, int most) {
    String printable = Page.printable(text);
    if (printable.codePointCount(0, printable.length()) <= most) {
      return printable;
    }
    return printable.substring(0, printable.offsetByCodePoints(0, most - 1)) + "…";
  }
}
