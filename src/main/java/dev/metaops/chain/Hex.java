package dev.metaops.chain;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * The one spelling of bytes as text: 0x and lower-case digits. A backfill spends its time here:
 * tables and plain bytes take a sixth of what {@link java.util.HexFormat} takes under the quick
 * compiler.
 */
public final class Hex {
  private static final byte UPPER_CASE = 0x10;
  private static final byte NO_DIGIT = 0x20;
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /**
   * By character: the value of a digit, marked when in upper case; {@link #NO_DIGIT} for others.
   */
  private static final byte[] VALUES = values();

  private Hex() {}

  private static byte[] values() {
    byte[] values = new byte[256];
    Arrays.fill(values, NO_DIGIT);
    for (byte value = 0; value < DIGITS.length; value++) {
      values[Character.toUpperCase(DIGITS[value])] = (byte) (value | UPPER_CASE);
      values[DIGITS[value]] = value;
    }
    return values;
  }

  /**
   * The canonical spelling of exactly {@code bytes} bytes.
   *
   * @param name what the text is, for the refusal
   * @throws IllegalArgumentException when {@code text} is anything else
   */
  public static String canonical(String name, String text, int bytes) {
    byte kind = text.length() == 2 + 2 * bytes ? kind(text) : NO_DIGIT;
    if (kind >= NO_DIGIT) {
      throw new IllegalArgumentException(
          name + ": " + clip(text) + " (expected: 0x and " + 2 * bytes + " hex digits)");
    }
    return lower(text, kind);
  }

  /**
   * The canonical spelling of any number of bytes, none included.
   *
   * @param name what the text is, for the refusal
   * @throws IllegalArgumentException when {@code text} is anything else
   */
  public static String canonical(String name, String text) {
    byte kind = text.length() % 2 == 0 ? kind(text) : NO_DIGIT;
    if (kind >= NO_DIGIT) {
      throw new IllegalArgumentException(
          name + ": " + clip(text) + " (expected: 0x and an even number of hex digits)");
    }
    return lower(text, kind);
  }

  /**
   * The bytes of a canonical spelling.
   *
   * @throws IllegalArgumentException when it is none, though upper case is let pass
   */
  public static byte[] bytes(String canonical) {
    byte[] digits = canonical.getBytes(StandardCharsets.ISO_8859_1);
    if (digits.length < 2 || digits.length % 2 != 0) {
      throw noHex();
    }
    byte[] bytes = new byte[digits.length / 2 - 1];
    int seen = 0;
    for (int at = 0; at < bytes.length; at++) {
      int high = VALUES[digits[2 * at + 2] & 0xff];
      int low = VALUES[digits[2 * at + 3] & 0xff];
      seen |= high | low;
      bytes[at] = (byte) ((high << 4) | (low & 0xf));
    }
    if (seen >= NO_DIGIT) {
      throw noHex();
    }
    return bytes;
  }

  private static IllegalArgumentException noHex() {
    return new IllegalArgumentException("expected 0x and an even number of hex digits");
  }

  public static String text(byte[] bytes) {
    byte[] text = new byte[2 + 2 * bytes.length];
    text[0] = '0';
    text[1] = 'x';
    int at = 2;
    for (byte one : bytes) {
      text[at++] = DIGITS[(one >> 4) & 0xf];
      text[at++] = DIGITS[one & 0xf];
    }
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /** All marks there are on its characters: none means that it is canonical already. */
  private static byte kind(String text) {
    // A character of no digit becomes a question mark, or another one that is no digit.
    byte[] digits = text.getBytes(StandardCharsets.ISO_8859_1);
    if (digits.length < 2 || digits[0] != '0' || (digits[1] | 0x20) != 'x') {
      return NO_DIGIT;
    }
    byte kinds = digits[1] == 'x' ? 0 : UPPER_CASE;
    for (int at = 2; at < digits.length; at++) {
      kinds |= VALUES[digits[at] & 0xff];
    }
    return (byte) (kinds & (UPPER_CASE | NO_DIGIT));
  }

  /** Most nodes spell in lower case already, and then nothing is copied. */
  private static String lower(String hex, byte kind) {
    return kind == 0 ? hex : hex.toLowerCase(Locale.ROOT);
  }

  private static String clip(String text) {
    String start = text.length() <= 80 ? text : text.substring(0, 77) + "...";
    return start.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029]", "?");
  }
}
