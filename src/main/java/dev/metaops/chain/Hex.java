package dev.metaops.chain;

import java.util.HexFormat;
import java.util.Locale;

/** The one spelling of bytes as text: 0x and lower-case digits. */
public final class Hex {
  private static final HexFormat DIGITS = HexFormat.of();

  private Hex() {}

  /**
   * The canonical spelling of exactly {@code bytes} bytes.
   *
   * @param name what the text is, for the refusal
   * @throws IllegalArgumentException when {@code text} is anything else
   */
  public static String canonical(String name, String text, int bytes) {
    if (text.length() != 2 + 2 * bytes || !isPrefixedHex(text)) {
      throw new IllegalArgumentException(
          name + ": " + clip(text) + " (expected: 0x and " + 2 * bytes + " hex digits)");
    }
    return lower(text);
  }

  /**
   * The canonical spelling of any number of bytes, none included.
   *
   * @param name what the text is, for the refusal
   * @throws IllegalArgumentException when {@code text} is anything else
   */
  public static String canonical(String name, String text) {
    if (text.length() % 2 != 0 || !isPrefixedHex(text)) {
      throw new IllegalArgumentException(
          name + ": " + clip(text) + " (expected: 0x and an even number of hex digits)");
    }
    return lower(text);
  }

  /** The bytes of a canonical spelling. */
  public static byte[] bytes(String canonical) {
    return DIGITS.parseHex(canonical, 2, canonical.length());
  }

  public static String text(byte[] bytes) {
    return "0x" + DIGITS.formatHex(bytes);
  }

  private static boolean isPrefixedHex(String text) {
    if (text.length() < 2 || text.charAt(0) != '0' || (text.charAt(1) | 0x20) != 'x') {
      return false;
    }
    for (int at = 2; at < text.length(); at++) {
      if (!HexFormat.isHexDigit(text.charAt(at))) {
        return false;
      }
    }
    return true;
  }

  /** Most nodes spell in lower case already, and then nothing is copied. */
  private static String lower(String hex) {
    for (int at = 1; at < hex.length(); at++) {
      char digit = hex.charAt(at);
      if (digit >= 'A' && digit <= 'X') {
        return hex.toLowerCase(Locale.ROOT);
      }
    }
    return hex;
  }

  private static String clip(String text) {
    String start = text.length() <= 80 ? text : text.substring(0, 77) + "...";
    return start.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029]", "?");
  }
}
