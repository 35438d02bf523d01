package dev.metaops.ledger;

import dev.metaops.chain.Address;
import dev.metaops.chain.Log;
import dev.metaops.escrow.EscrowEvent;
import java.util.List;
import java.util.Set;

/**
 * Settled blocks read again.
 *
 * @param blocks consecutive, ascending, at least one
 * @param unread logs of these contracts that are there and mean nothing
 * @param anchor how many independent nodes vouch for the block they were linked to
 */
public record Reread(
    long chainId,
    List<ReadBlock> blocks,
    List<EscrowEvent> events,
    List<Quarantined> quarantined,
    List<ProvedReceipt> proofs,
    Contracts contracts,
    List<Unread> unread,
    int anchor,
    String scope) {
  public Reread {
    blocks = List.copyOf(blocks);
    events = List.copyOf(events);
    quarantined = List.copyOf(quarantined);
    proofs = List.copyOf(proofs);
    unread = List.copyOf(unread);
  }

  /**
   * Whose logs were read.
   *
   * @param read all of them
   * @param watched those of them that always are
   */
  public record Contracts(Set<Address> read, Set<Address> watched) {
    public Contracts {
      read = Set.copyOf(read);
      watched = Set.copyOf(watched);
    }
  }

  /** A log that means nothing as things are configured now. */
  public record Unread(Log log, Why why) {
    /** Why it means nothing. */
    public enum Why {
      /** Nobody mapped its event. */
      UNMAPPED,
      /** Its deployment did not count yet, or no more. */
      OUTSIDE
    }
  }
}
