package dev.metaops.command;

/**
 * Text for a person, line by line. Control characters in what is drawn become {@code ?}, so that no
 * value from a chain or a row can steer the terminal. Not thread-safe.
 */
public final class Page {
  /** Whether a page carries colours. */
  public enum Colour {
    NONE,
    ANSI
  }

  private final Colour colour;
  private final StringBuilder text = new StringBuilder();

  public Page(Colour colour) {
    this.colour = colour;
  }

  public Page line(String line) {
    return line(Ink.PLAIN, line);
  }

  public Page line(Ink ink, String line) {
    text.append(inked(ink, line)).append('\n');
    return this;
  }

  public Page blank() {
    text.append('\n');
    return this;
  }

  public Page table(Table table) {
    table.drawOn(this);
    return this;
  }

  /** Safe to print, in its colour. */
  String inked(Ink ink, String piece) {
    String printable = printable(piece);
    return colour == Colour.ANSI ? ink.on(printable) : printable;
  }

  void raw(String line) {
    text.append(line).append('\n');
  }

  static String printable(String piece) {
    for (int i = 0; i < piece.length(); i++) {
      if (Character.isISOControl(piece.charAt(i))) {
        return piece.replaceAll("\\p{Cc}", "?");
      }
    }
    return piece;
  }

  /** Everything drawn so far. */
  public String text() {
    return text.toString();
  }
}
