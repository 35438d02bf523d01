package dev.metaops.proof;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/** Whole numbers as RLP has them: big-endian without leading zeros, so that 0 is no byte at all. */
final class Scalar {
  static final byte[] ZERO = {};

  /** 0x and 64 digits. */
  private static final int MOST_TEXT = 66;

  private Scalar() {}

  static byte[] of(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("number: " + number + " (expected: >= 0)");
    }
    byte[] bytes = new byte[(Long.SIZE - Long.numberOfLeadingZeros(number) + 7) / 8];
    long rest = number;
    for (int at = bytes.length - 1; at >= 0; at--) {
      bytes[at] = (byte) rest;
      rest >>>= 8;
    }
    return bytes;
  }

  /**
   * @throws IllegalArgumentException when negative, or 2^256 or more
   */
  static byte[] of(String name, BigInteger number) {
    if (number.signum() < 0 || number.bitLength() > 256) {
      throw new IllegalArgumentException(name + ": expected 0 to 2^256 - 1");
    }
    if (number.bitLength() < Long.SIZE) {
      return of(number.longValue());
    }
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  /**
   * Of a JSON-RPC quantity: 0x and 1 to 64 digits, an odd number of them too; leading zeros are let
   * pass, as some nodes write them.
   *
   * @throws IllegalArgumentException when {@code text} is anything else
   */
  static byte[] parse(String name, String text) {
    if (text.length() < 3 || text.length() > MOST_TEXT || !text.startsWith("0x")) {
      throw new IllegalArgumentException(name + ": expected 0x and 1 to 64 hex digits");
    }
    int from = 2;
    while (from < text.length() && text.charAt(from) == '0') {
      from++;
    }
    byte[] bytes = new byte[(text.length() - from + 1) / 2];
    int at = bytes.length - 1;
    for (int last = text.length() - 1; last >= from; last -= 2) {
      int high = last > from ? digit(name, text.charAt(last - 1)) : 0;
      bytes[at--] = (byte) (high << 4 | digit(name, text.charAt(last)));
    }
    return bytes;
  }

  private static int digit(String name, char digit) {
    if (!HexFormat.isHexDigit(digit)) {
      throw new IllegalArgumentException(name + ": expected 0x and 1 to 64 hex digits");
    }
    return HexFormat.fromHexDigit(digit);
  }
}
