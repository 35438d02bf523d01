package dev.metaops.sim;

import com.joemelsha.crypto.hash.Keccak;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Keccak, RLP and ABI words, written out anew. */
final class SimBytes {
  private static final HexFormat DIGITS = HexFormat.of();

  private SimBytes() {}

  static byte[] bytes(String hex) {
    return DIGITS.parseHex(hex, 2, hex.length());
  }

  static String hex(byte[] bytes) {
    return "0x" + DIGITS.formatHex(bytes);
  }

  static String quantity(long number) {
    return "0x" + Long.toHexString(number);
  }

  static byte[] keccak(byte[] bytes) {
    return new Keccak(256).digest(bytes);
  }

  /** The hash of these words, for whatever only has to differ. */
  static String hash(String words) {
    return hex(keccak(words.getBytes(StandardCharsets.UTF_8)));
  }

  static String address(String words) {
    return "0x" + hash(words).substring(26);
  }

  static byte[] join(List<byte[]> parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    parts.forEach(whole::writeBytes);
    return whole.toByteArray();
  }

  /** Bytes as RLP. */
  static byte[] item(byte[] bytes) {
    boolean isItself = bytes.length == 1 && (bytes[0] & 0x80) == 0;
    return isItself ? bytes : headed(0x80, bytes);
  }

  /** A number as RLP: no leading zeros, and nothing for zero. */
  static byte[] item(long number) {
    byte[] bytes = BigInteger.valueOf(number).toByteArray();
    int from = 0;
    while (from < bytes.length && bytes[from] == 0) {
      from++;
    }
    return item(Arrays.copyOfRange(bytes, from, bytes.length));
  }

  /** A list as RLP, of items that are RLP already. */
  static byte[] list(List<byte[]> items) {
    return headed(0xc0, join(items));
  }

  private static byte[] headed(int kind, byte[] payload) {
    if (payload.length < 56) {
      return join(List.of(new byte[] {(byte) (kind + payload.length)}, payload));
    }
    byte[] length = bytes(even(Integer.toHexString(payload.length)));
    return join(List.of(new byte[] {(byte) (kind + 55 + length.length)}, length, payload));
  }

  private static String even(String digits) {
    return "0x" + (digits.length() % 2 == 0 ? "" : "0") + digits;
  }

  /** Thirty-two bytes as 64 digits. */
  static String word(BigInteger number) {
    String digits = number.toString(16);
    return "0".repeat(64 - digits.length()) + digits;
  }

  static String word(long number) {
    return word(BigInteger.valueOf(number));
  }

  static String word(String address) {
    return "0".repeat(24) + address.substring(2);
  }

  /** A text behind its length, filled up to whole words. */
  static String text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String digits = DIGITS.formatHex(bytes);
    int rest = digits.length() % 64;
    return word(bytes.length) + digits + (rest == 0 ? "" : "0".repeat(64 - rest));
  }
}
