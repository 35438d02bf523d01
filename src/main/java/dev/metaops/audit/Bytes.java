package dev.metaops.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** An immutable run of bytes, of any length: what a column really holds, right or wrong. */
public final class Bytes {
  private static final int BRIEF = 8;

  /** One a thread: finding one takes as long as hashing a record. */
  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(Bytes::newSha256);

  private final byte[] bytes;

  private Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Bytes of(byte[] bytes) {
    return new Bytes(bytes.clone());
  }

  /** Without a copy: of an array that nobody else writes to. */
  static Bytes taken(byte[] bytes) {
    return new Bytes(bytes);
  }

  public static Bytes utf8(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The SHA-256 of the parts, one after the other. */
  static Bytes sha256(Bytes... parts) {
    MessageDigest digest = SHA_256.get();
    for (Bytes part : parts) {
      digest.update(part.bytes);
    }
    return new Bytes(digest.digest());
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  byte[] toArray() {
    return bytes.clone();
  }

  int length() {
    return bytes.length;
  }

  /** From one index up to another, which is not in it. */
  Bytes slice(int from, int to) {
    return new Bytes(Arrays.copyOfRange(bytes, from, to));
  }

  /** Standard base64 with padding. */
  String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * The one text that stands for these bytes in standard base64.
   *
   * @throws IllegalArgumentException when it is any other text
   */
  static Bytes ofBase64(String text) {
    Bytes read = new Bytes(Base64.getDecoder().decode(text));
    if (!read.base64().equals(text)) {
      throw new IllegalArgumentException("base64: not the shortest form");
    }
    return read;
  }

  static Bytes ofHex(String text) {
    return new Bytes(HexFormat.of().parseHex(text));
  }

  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  /** The first eight bytes: enough to tell two apart in a sentence. */
  String brief() {
    return bytes.length <= BRIEF ? hex() : HexFormat.of().formatHex(bytes, 0, BRIEF) + "…";
  }

  /** Read as UTF-8; what is not becomes U+FFFD. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }
}
