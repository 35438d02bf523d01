package dev.metaops.orders;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.order.Folded;
import dev.metaops.order.OrderState;
import dev.metaops.order.OrderTerms;
import dev.metaops.order.RowView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An order's row, and what the ledger beside it says.
 *
 * @param state the row's own word, which may be none of the known states
 * @param known what the word means; absent when it is UNMAPPED
 * @param stateSince since when it has had that state
 * @param sent who sent {@code transaction}, where the row says so
 * @param doubts what of the row cannot be read, a phrase each; then nothing can be said of it
 * @param rowVersion changes with every write to the row, whoever makes it
 */
public record OrderRow(
    OrderTerms terms,
    String state,
    Optional<OrderState> known,
    Instant fundBy,
    Instant createdAt,
    Instant updatedAt,
    Instant stateSince,
    Optional<Hash> transaction,
    Optional<Sent> sent,
    String rowVersion,
    LedgerStatus ledger,
    List<String> doubts) {
  public OrderRow {
    doubts = List.copyOf(doubts);
  }

  public String id() {
    return terms.orderId();
  }

  public RowView view() {
    return new RowView(id(), state, known, fundBy);
  }

  /** The same row, with a ledger's word on it. */
  OrderRow with(LedgerStatus status) {
    return new OrderRow(
        terms,
        state,
        known,
        fundBy,
        createdAt,
        updatedAt,
        stateSince,
        transaction,
        sent,
        rowVersion,
        status,
        doubts);
  }

  /** The same row, of which nothing can be said for this reason too. */
  OrderRow doubting(String why) {
    List<String> more = new ArrayList<>(doubts);
    more.add(why);
    return new OrderRow(
        terms,
        state,
        known,
        fundBy,
        createdAt,
        updatedAt,
        stateSince,
        transaction,
        sent,
        rowVersion,
        ledger,
        more);
  }

  /** Whether it says enough for the chain to be asked about it. */
  public boolean canBeAsked() {
    return doubts.isEmpty() && terms.key().isPresent();
  }

  /** Whether its state is this one, by the state's name or by the table's own word. */
  public boolean is(String name) {
    return state.equals(name) || known.map(Enum::name).filter(name::equals).isPresent();
  }

  /** Who sent the row's transaction, and as which of the sender's transactions. */
  public record Sent(Address sender, long nonce) {}

  /**
   * What the ledger has made of the order's events.
   *
   * @param settled the fold of what counts: endings only once final
   * @param included the fold of every included event
   * @param event where the last included event is
   * @param deadline after which the buyer may take a refund, once there is an escrow
   * @param lostEvents events a reorg took back
   * @param heldBy which event of it cannot be read, and why; the listener moves the row no more
   */
  public record LedgerStatus(
      Folded settled,
      Folded included,
      Finality finality,
      Optional<EventPlace> event,
      Optional<Instant> deadline,
      int lostEvents,
      Optional<String> heldBy) {}

  /** Whether the order's included events are final. */
  public enum Finality {
    NONE,
    INCLUDED,
    FINAL
  }

  /** Where in the chain an event is. */
  public record EventPlace(BlockRef block, int logIndex, Hash transaction) {}
}
