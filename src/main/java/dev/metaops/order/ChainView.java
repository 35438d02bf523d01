package dev.metaops.order;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What the chain says of one order, from the ledger or from the contract itself. */
public sealed interface ChainView {
  /**
   * Somebody looked.
   *
   * @param settled the fold of what counts: included events, but endings only once final
   * @param included the fold of every included event
   * @param deadline after which the buyer may take a refund, when there is an escrow
   * @param finalIn about how long until included events are final, when that is known
   * @param lostEvents events of this order that a reorg took back
   * @param ways whom the chain waits for in which state
   * @param stalledSince since when nothing became final; empty while finality moves
   */
  record Seen(
      Folded settled,
      Folded included,
      Optional<Instant> deadline,
      Optional<Duration> finalIn,
      int lostEvents,
      Ways ways,
      Optional<Instant> stalledSince)
      implements ChainView {

    /** Of the registry kind, while finality moves. */
    public Seen(
        Folded settled,
        Folded included,
        Optional<Instant> deadline,
        Optional<Duration> finalIn,
        int lostEvents) {
      this(settled, included, deadline, finalIn, lostEvents, Ways.ONE_CONTRACT, Optional.empty());
    }

    /** The same, of an escrow that goes on like this. */
    public Seen as(Ways its) {
      return new Seen(settled, included, deadline, finalIn, lostEvents, its, stalledSince);
    }

    /**
     * The same, with what is known of finality.
     *
     * @param moved when finality last moved, as far as is known
     * @param after how long that may be ago
     */
    public Seen whereFinality(Optional<Instant> moved, Duration after, Instant now) {
      return new Seen(
          settled,
          included,
          deadline,
          finalIn,
          lostEvents,
          ways,
          moved.filter(last -> Duration.between(last, now).compareTo(after) > 0));
    }
  }

  /** How an escrow goes on, in the eyes of those it waits for. */
  enum Ways {
    /** The buyer releases, the arbiter decides disputes. */
    ONE_CONTRACT,
    /** The depositor deposits, the counterparty confirms, the arbiter's signature releases. */
    CONTRACT_PER_ORDER
  }

  /** Nobody could look, and why. */
  record NotSeen(String why) implements ChainView {}
}
