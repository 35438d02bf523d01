package dev.metaops.ledger;

import dev.metaops.escrow.EscrowEvent;
import java.util.List;

/**
 * Settled blocks read again.
 *
 * @param blocks consecutive, ascending, at least one
 * @param anchor how many independent nodes vouch for the block they were linked to
 */
public record Reread(
    long chainId,
    List<ReadBlock> blocks,
    List<EscrowEvent> events,
    List<Quarantined> quarantined,
    List<ProvedReceipt> proofs,
    int anchor,
    String scope) {
  public Reread {
    blocks = List.copyOf(blocks);
    events = List.copyOf(events);
    quarantined = List.copyOf(quarantined);
    proofs = List.copyOf(proofs);
  }
}
