package dev.metaops.proof;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Hex;
import dev.metaops.chain.Log;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The 2048 bits a header or a receipt keeps of the addresses and topics of its logs. A bit that is
 * missing proves that no log has the item; bits that are all there prove nothing. Only as good as
 * the header it comes from: see {@link HeaderSeal}. Some chains fill it with zeros whatever the
 * logs, so a chain's bloom is believed only where receipts have shown it to be kept.
 */
public final class Bloom {
  public static final int BITS = 2048;

  private static final int WORDS = BITS / Long.SIZE;
  private static final int DIGITS = 16;

  /** Word 0 holds the lowest bits: the last 16 digits of the text. */
  private final long[] words;

  Bloom(long[] words) {
    this.words = words;
  }

  public static Bloom of(Header header) {
    String text = header.logsBloom();
    long[] words = new long[WORDS];
    for (int word = 0; word < WORDS; word++) {
      int from = text.length() - DIGITS * (word + 1);
      words[word] = HexFormat.fromHexDigitsToLong(text, from, from + DIGITS);
    }
    return new Bloom(words);
  }

  /** Of the addresses and topics of these logs. */
  public static Bloom of(Iterable<Log> logs) {
    BloomTally tally = new BloomTally();
    return tally.of(logs);
  }

  /** False proves that no log here is of this contract. */
  public boolean mayHold(Address address) {
    return holds(BloomBits.of(address.bytes()));
  }

  /** False proves that no log here has this topic, at any place. */
  public boolean mayHold(Hash topic) {
    return holds(BloomBits.of(topic.bytes()));
  }

  boolean holds(BloomBits bits) {
    return has(bits.first()) && has(bits.second()) && has(bits.third());
  }

  boolean has(int bit) {
    return (words[bit >>> 6] >>> bit & 1) != 0;
  }

  /** How many of the bits are set, 0 to 1. */
  public double share() {
    int set = 0;
    for (long word : words) {
      set += Long.bitCount(word);
    }
    return (double) set / BITS;
  }

  public Bloom and(Bloom other) {
    long[] both = words.clone();
    for (int at = 0; at < WORDS; at++) {
      both[at] |= other.words[at];
    }
    return new Bloom(both);
  }

  /** As a receipt holds it: 256 bytes, the highest bit first. */
  byte[] bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(BITS / Byte.SIZE);
    for (int word = WORDS - 1; word >= 0; word--) {
      bytes.putLong(words[word]);
    }
    return bytes.array();
  }

  /** 256 bytes as JSON-RPC spells them. */
  public String text() {
    return Hex.text(bytes());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bloom its && Arrays.equals(words, its.words);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return text();
  }
}
