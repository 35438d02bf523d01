package dev.metaops.orders;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.order.Folded;
import dev.metaops.order.OrderTerms;
import dev.metaops.order.RowView;
import java.time.Instant;
import java.util.Optional;

/**
 * An order's row, and what the ledger beside it says.
 *
 * @param state the row's own word, which may be none of the known states
 * @param stateSince since when it has had that state
 * @param rowVersion changes with every write to the row, whoever makes it
 */
public record OrderRow(
    OrderTerms terms,
    String state,
    Instant fundBy,
    Instant createdAt,
    Instant updatedAt,
    Instant stateSince,
    Optional<Hash> transaction,
    String rowVersion,
    LedgerStatus ledger) {

  public String id() {
    return terms.orderId();
  }

  public RowView view() {
    return new RowView(id(), state, fundBy);
  }

  /**
   * What the ledger has made of the order's events.
   *
   * @param settled the fold of what counts: endings only once final
   * @param included the fold of every included event
   * @param event where the last included event is
   * @param deadline after which the buyer may take a refund, once there is an escrow
   * @param lostEvents events a reorg took back
   */
  public record LedgerStatus(
      Folded settled,
      Folded included,
      Finality finality,
      Optional<EventPlace> event,
      Optional<Instant> deadline,
      int lostEvents) {}

  /** Whether the order's included events are final. */
  public enum Finality {
    NONE,
    INCLUDED,
    FINAL
  }

  /** Where in the chain an event is. */
  public record EventPlace(BlockRef block, int logIndex, Hash transaction) {}
}
