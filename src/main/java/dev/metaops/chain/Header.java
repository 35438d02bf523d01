package dev.metaops.chain;

import java.time.Instant;

/**
 * What following a chain needs of a block's header.
 *
 * @param logsBloom 256 bytes as 0x and 512 digits
 * @param receiptsRoot root of the receipts trie
 */
public record Header(
    BlockRef ref, Hash parentHash, Instant time, String logsBloom, Hash receiptsRoot) {
  public Header {
    logsBloom = Hex.canonical("logsBloom", logsBloom, 256);
  }

  public long number() {
    return ref.number();
  }

  public Hash hash() {
    return ref.hash();
  }

  /** Whether this block stands directly on {@code parent}. */
  public boolean extendsBlock(BlockRef parent) {
    return number() == parent.number() + 1 && parentHash.equals(parent.hash());
  }
}
