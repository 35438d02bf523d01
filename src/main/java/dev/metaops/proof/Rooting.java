package dev.metaops.proof;

import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import java.util.List;
import java.util.Optional;

/** Whether a list of receipts is all of a block's. */
public sealed interface Rooting {
  /** Which of the receipts the root is made of. */
  enum Variant {
    ALL,
    /**
     * All but the last, which tells of Polygon's state sync: until late 2025 (PIP-74) that was in
     * neither body, bloom nor root.
     */
    WITHOUT_STATE_SYNC
  }

  /**
   * The receipts give the root: none of their logs is made up and none is missing.
   *
   * @param logs the logs of the receipts under the root; the index of each is its place in the
   *     block, which follows from the receipts, whatever the node said
   * @param bloom of these logs, to compare with the header's
   * @param unproved the state sync's receipt, when it is not under the root
   */
  record Rooted(
      ReceiptsTrie trie,
      Variant variant,
      List<Log> logs,
      Bloom bloom,
      Optional<FullReceipt> unproved)
      implements Rooting {
    public Rooted {
      logs = List.copyOf(logs);
    }
  }

  /**
   * The receipts do not give the root: something is missing, made up or changed, or the chain
   * encodes its receipts in a way unknown here.
   *
   * @param computed what all of them give; empty when they cannot be encoded
   */
  record Unrooted(Optional<Hash> computed, String why) implements Rooting {}
}
