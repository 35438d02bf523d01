package dev.metaops.ledger;

import dev.metaops.chain.Address;
import java.util.Optional;

/**
 * An event that counts, and what proves it.
 *
 * @param anchor how many independent nodes gave a final block that stands on its block; 0 while it
 *     is not certified
 * @param proof empty where only a node's word is known
 */
public record ProvedEvent(
    long chainId,
    Recorded event,
    Address contract,
    Standing standing,
    int anchor,
    Optional<ProvedReceipt> proof) {
  /** Whether its block can still go. */
  public enum Standing {
    INCLUDED,
    FINAL
  }
}
