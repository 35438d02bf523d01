package dev.metaops.chain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** 32 bytes that name a block, a transaction, a topic or an escrow: 0x and 64 lower-case digits. */
public record Hash(String text) implements Comparable<Hash> {
  public Hash {
    text = Hex.canonical("hash", text, 32);
  }

  public static Hash of(byte[] bytes) {
    return new Hash(Hex.text(bytes));
  }

  /** The SHA-256 of a text in UTF-8. */
  public static Hash sha256(String text) {
    try {
      return of(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  public byte[] bytes() {
    return Hex.bytes(text);
  }

  /** The first and last digits, for screens. */
  public String brief() {
    return text.substring(0, 8) + "…" + text.substring(62);
  }

  @Override
  public int compareTo(Hash other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
