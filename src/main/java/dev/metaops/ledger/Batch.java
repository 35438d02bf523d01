package dev.metaops.ledger;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.escrow.EscrowEvent;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one transaction of the listener writes.
 *
 * @param from the cursor this batch was read from; the ledger refuses it when it stands elsewhere
 * @param rewindTo the last block both forks share, when the chain took blocks back
 * @param blocks the blocks read, ascending, each on its predecessor; empty when only finality moved
 * @param follow contracts of one order each whose events are all written from this batch on
 * @param cursor the last block read
 * @param settled a block of this chain
 * @param scope which contracts and events were read for: {@link Scope}
 */
public record Batch(
    BlockRef from,
    Optional<BlockRef> rewindTo,
    List<ReadBlock> blocks,
    List<EscrowEvent> events,
    List<Quarantined> quarantined,
    List<ProvedReceipt> proofs,
    Set<Address> follow,
    Cursor cursor,
    Optional<Settled> settled,
    String scope,
    ChainHead head) {
  public Batch {
    blocks = List.copyOf(blocks);
    events = List.copyOf(events);
    quarantined = List.copyOf(quarantined);
    proofs = List.copyOf(proofs);
    follow = Set.copyOf(follow);
  }
}
