package dev.metaops.chain;

/** 32 bytes that name a block, a transaction, a topic or an escrow: 0x and 64 lower-case digits. */
public record Hash(String text) implements Comparable<Hash> {
  public Hash {
    text = Hex.canonical("hash", text, 32);
  }

  public static Hash of(byte[] bytes) {
    return new Hash(Hex.text(bytes));
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
