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
   */
  record Seen(
      Folded settled,
      Folded included,
      Optional<Instant> deadline,
      Optional<Duration> finalIn,
      int lostEvents)
      implements ChainView {}

  /** Nobody could look, and why. */
  record NotSeen(String why) implements ChainView {}
}
