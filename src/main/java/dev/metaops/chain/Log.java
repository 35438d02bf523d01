package dev.metaops.chain;

import java.util.List;

/**
 * One log of one transaction.
 *
 * @param block the block that holds it
 * @param index position within the block, from 0
 * @param topics none to four
 * @param data 0x and an even number of lower-case digits
 */
public record Log(
    BlockRef block, Hash transaction, int index, Address address, List<Hash> topics, String data) {
  public Log {
    topics = List.copyOf(topics);
    if (topics.size() > 4) {
      throw new IllegalArgumentException("topics: " + topics.size() + " (expected: 0-4)");
    }
    if (index < 0) {
      throw new IllegalArgumentException("log index: " + index + " (expected: >= 0)");
    }
    data = Hex.canonical("log data", data);
  }

  /** The data as a fresh array. */
  public byte[] dataBytes() {
    return Hex.bytes(data);
  }
}
