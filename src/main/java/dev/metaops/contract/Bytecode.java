package dev.metaops.contract;

import dev.metaops.chain.Hash;
import dev.metaops.chain.Hex;
import java.util.Arrays;
import java.util.List;

/**
 * The code of an account.
 *
 * @param text 0x and lower-case digits; no digits for an account without code
 */
public record Bytecode(String text) {
  public static final Bytecode NONE = new Bytecode("0x");

  public Bytecode {
    text = Hex.canonical("code", text);
  }

  public static Bytecode of(byte[] bytes) {
    return new Bytecode(Hex.text(bytes));
  }

  public boolean isEmpty() {
    return text.length() == 2;
  }

  /** In bytes. */
  public int size() {
    return text.length() / 2 - 1;
  }

  /** A fresh array. */
  public byte[] bytes() {
    return Hex.bytes(text);
  }

  /** Keccak-256 of all of it, as {@code EXTCODEHASH} gives. */
  public Hash hash() {
    return Keccaks.of(bytes());
  }

  /** Without the compiler's notes at its end. */
  public Bytecode executable() {
    byte[] bytes = bytes();
    return MetadataTail.of(bytes).map(tail -> of(Arrays.copyOf(bytes, tail.start()))).orElse(this);
  }

  /** With zeros in these places; what lies outside the code is ignored. */
  public Bytecode masked(List<Range> masks) {
    byte[] bytes = bytes();
    for (Range mask : masks) {
      if (mask.start() < bytes.length) {
        Arrays.fill(bytes, mask.start(), Math.min(mask.end(), bytes.length), (byte) 0);
      }
    }
    return of(bytes);
  }

  /**
   * Whether it holds this word as a compiler writes one: of an event it emits, the first topic.
   * Compilers push no leading zeros, and shift trailing ones in.
   */
  public boolean pushes(Hash word) {
    byte[] bytes = word.bytes();
    int first = 0;
    int end = bytes.length;
    while (first < end && bytes[first] == 0) {
      first++;
    }
    while (end > first && bytes[end - 1] == 0) {
      end--;
    }
    return contains(Arrays.copyOfRange(bytes, first, end));
  }

  /** Whether these bytes occur in it. */
  public boolean contains(byte[] wanted) {
    String digits = Hex.text(wanted).substring(2);
    for (int at = text.indexOf(digits); at >= 0; at = text.indexOf(digits, at + 1)) {
      if (at % 2 == 0) {
        return true;
      }
    }
    return false;
  }
}
