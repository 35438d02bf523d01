package dev.metaops.proof;

import dev.metaops.chain.Hash;
import dev.metaops.chain.Hex;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Reads RLP from a stranger: canonical spellings only, nothing behind the end, no more items than
 * asked for. Every refusal is an {@link IllegalArgumentException}.
 */
final class Rlp {
  private Rlp() {}

  /** The only item in {@code bytes}. */
  static RlpItem whole(String name, byte[] bytes) {
    RlpItem item = RlpItem.at(bytes, 0, bytes.length);
    if (item.end() != bytes.length) {
      throw new IllegalArgumentException(
          name + ": " + (bytes.length - item.end()) + " bytes behind its end (expected: none)");
    }
    return item;
  }

  /** The items of a list, {@code least} to {@code most} of them. */
  static List<RlpItem> list(String name, RlpItem item, int least, int most) {
    List<RlpItem> items = new ArrayList<>();
    Iterator<RlpItem> rest = each(name, item);
    while (rest.hasNext() && items.size() <= most) {
      items.add(rest.next());
    }
    if (items.size() < least || items.size() > most) {
      throw new IllegalArgumentException(
          name
              + ": "
              + (items.size() > most ? "more than " + most : items.size())
              + " items (expected: "
              + (least == most ? String.valueOf(least) : least + " to " + most)
              + ")");
    }
    return items;
  }

  /** The items of a list one by one, none read before it is asked for. */
  static Iterator<RlpItem> each(String name, RlpItem item) {
    if (!item.isList()) {
      throw new IllegalArgumentException(name + ": expected a list");
    }
    return item.items();
  }

  static byte[] bytes(String name, RlpItem item) {
    if (item.isList()) {
      throw new IllegalArgumentException(name + ": expected bytes");
    }
    return item.content();
  }

  static byte[] bytes(String name, RlpItem item, int length) {
    if (item.isList() || item.length() != length) {
      throw new IllegalArgumentException(name + ": expected " + length + " bytes");
    }
    return item.content();
  }

  static Hash hash(String name, RlpItem item) {
    return Hash.of(bytes(name, item, 32));
  }

  static String hex(String name, RlpItem item) {
    return Hex.text(bytes(name, item));
  }

  /** A number below 2^63 without leading zeros. */
  static long number(String name, RlpItem item) {
    byte[] bytes = bytes(name, item);
    if (bytes.length > 8 || (bytes.length > 0 && bytes[0] == 0)) {
      throw new IllegalArgumentException(
          name + ": expected a number below 2^63 without leading zeros");
    }
    long number = 0;
    for (byte each : bytes) {
      number = (number << 8) | (each & 0xff);
    }
    if (number < 0) {
      throw new IllegalArgumentException(name + ": expected a number below 2^63");
    }
    return number;
  }
}
