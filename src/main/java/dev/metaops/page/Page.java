package dev.metaops.page;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Text for a person, line by line. Control characters in what is drawn, and those that turn the
 * direction of writing, become {@code ?}, so that no value from a chain or a row can steer the
 * terminal. Not thread-safe.
 */
public final class Page {
  /** Whether a page carries colours. */
  public enum Colour {
    NONE,
    ANSI
  }

  /** Directions of writing, and the separators of lines that are no control characters. */
  private static final String TURNS = "\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069";

  private static final Pattern STEERS = Pattern.compile("[\\p{Cc}\\p{Cs}" + TURNS + "]");
  private static final Pattern STEERS_IN_JSON =
      Pattern.compile("[\\x7f-\\x9f\\p{Cs}" + TURNS + "]");

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

  public void raw(String line) {
    text.append(line).append('\n');
  }

  /** One line of text, safe to print. */
  public static String printable(String piece) {
    return isHarmless(piece) ? piece : STEERS.matcher(piece).replaceAll("?");
  }

  /** Several lines of text, each safe to print. */
  public static String printableLines(String lines) {
    return lines.lines().map(Page::printable).collect(Collectors.joining("\n"));
  }

  /** The same JSON document, safe to print: what JSON lets stand bare in a text is escaped. */
  public static String printableJson(String json) {
    return isHarmless(json)
        ? json
        : STEERS_IN_JSON
            .matcher(json)
            .replaceAll(found ->
                Matcher.quoteReplacement("\\u%04x".formatted((int) found.group().charAt(0))));
  }

  /** Most text is, and then nothing is copied. */
  private static boolean isHarmless(String text) {
    return text.chars().allMatch(one -> one >= ' ' && one < 0x7f);
  }

  /** Everything drawn so far. */
  public String text() {
    return text.toString();
  }
}
