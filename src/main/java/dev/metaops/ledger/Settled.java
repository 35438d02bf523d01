package dev.metaops.ledger;

import dev.metaops.chain.BlockRef;

/**
 * The highest block that counts as final.
 *
 * @param anchor how many independent nodes gave a final block that is this one or stands on it
 */
public record Settled(BlockRef block, int anchor) {
  public Settled {
    if (anchor < 0) {
      throw new IllegalArgumentException("anchor: " + anchor + " (expected: >= 0)");
    }
  }
}
