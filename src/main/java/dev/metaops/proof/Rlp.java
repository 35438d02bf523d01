package dev.metaops.proof;

import com.esaulpaugh.headlong.rlp.RLPDecoder;
import com.esaulpaugh.headlong.rlp.RLPItem;
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
  static RLPItem whole(String name, byte[] bytes) {
    RLPItem item = RLPDecoder.RLP_STRICT.wrapItem(bytes);
    if (item.endIndex != bytes.length) {
      throw new IllegalArgumentException(
          name + ": " + (bytes.length - item.endIndex) + " bytes behind its end (expected: none)");
    }
    return item;
  }

  /** The items of a list, {@code least} to {@code most} of them. */
  static List<RLPItem> list(String name, RLPItem item, int least, int most) {
    List<RLPItem> items = new ArrayList<>();
    Iterator<RLPItem> rest = each(name, item);
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
  static Iterator<RLPItem> each(String name, RLPItem item) {
    if (!item.isList()) {
      throw new IllegalArgumentException(name + ": expected a list");
    }
    return item.asRLPList().iterator();
  }

  static byte[] bytes(String name, RLPItem item) {
    if (item.isList()) {
      throw new IllegalArgumentException(name + ": expected bytes");
    }
    return item.data();
  }

  static byte[] bytes(String name, RLPItem item, int length) {
    if (item.isList() || item.dataLength != length) {
      throw new IllegalArgumentException(name + ": expected " + length + " bytes");
    }
    return item.data();
  }

  static Hash hash(String name, RLPItem item) {
    return Hash.of(bytes(name, item, 32));
  }

  static String hex(String name, RLPItem item) {
    return Hex.text(bytes(name, item));
  }

  /** A number below 2^63 without leading zeros. */
  static long number(String name, RLPItem item) {
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
