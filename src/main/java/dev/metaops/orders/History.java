package dev.metaops.orders;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;

/**
 * An event of an order as the ledger keeps it.
 *
 * @param kind the ledger's word, such as RELEASED
 * @param source who brought it: the listener, or a plan
 */
public record History(
    String kind, BlockRef block, Hash transaction, Standing standing, String source) {
  /** Whether it counts. */
  public enum Standing {
    FINAL,
    INCLUDED,
    /** A reorg took its block back; kept, and not counted. */
    ORPHANED;

    public String text() {
      return switch (this) {
        case FINAL -> "final";
        case INCLUDED -> "included";
        case ORPHANED -> "orphaned";
      };
    }
  }
}
