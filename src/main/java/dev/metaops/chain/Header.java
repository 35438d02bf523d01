package dev.metaops.chain;

import java.time.Instant;
import java.util.Map;

/**
 * A block's header as a node told it: nothing here is proved.
 *
 * @param logsBloom 256 bytes as 0x and 512 digits
 * @param receiptsRoot root of the receipts trie
 * @param fields everything of text the node said of the block, by its JSON-RPC name: what the hash
 *     is made of, and more
 */
public record Header(
    BlockRef ref,
    Hash parentHash,
    Instant time,
    String logsBloom,
    Hash receiptsRoot,
    Map<String, String> fields) {
  public Header {
    logsBloom = Hex.canonical("logsBloom", logsBloom, 256);
    fields = Map.copyOf(fields);
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
