package dev.metaops.chain;

import java.util.HexFormat;
import java.util.Locale;

/** The one spelling of bytes as text: 0x and lower-case digits. */
final class Hex {
  private static final HexFormat DIGITS = HexFormat.of();

  private Hex() {}

  static String canonical(String name, String text, int bytes) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.length() != 2 + 2 * bytes || !lower.startsWith("0x") || !isHex(lower)) {
      throw new IllegalArgumentException(
          name + ": " + clip(text) + " (expected: 0x and " + 2 * bytes + " hex digits)");
    }
    return lower;
  }

  static byte[] bytes(String canonical) {
    return DIGITS.parseHex(canonical, 2, canonical.length());
  }

  static String text(byte[] bytes) {
    return "0x" + DIGITS.formatHex(bytes);
  }

  private static boolean isHex(String lower) {
    return lower.substring(2).chars().allMatch(HexFormat::isHexDigit);
  }

  private static String clip(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= 80 ? printable : printable.substring(0, 77) + "...";
  }
}
