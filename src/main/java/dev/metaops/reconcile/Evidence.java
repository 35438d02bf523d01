package dev.metaops.reconcile;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Header;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.order.ChainView;
import java.util.List;
import java.util.Optional;

/** What a node was asked about an order, and what it said. */
public sealed interface Evidence {
  /** The view judging uses. */
  ChainView view();

  /**
   * The node answered, and its answers agree with each other: events, receipts and the contract's
   * own storage lead to the same state.
   *
   * @param provider the node, as it is shown
   * @param settled the highest block that counts as final
   * @param head the node's latest block
   * @param finalEvents the order's events up to {@code settled}, in chain order
   * @param blocks the blocks of those events, ascending
   * @param laterEvents the order's events above {@code settled}
   * @param storage what the contract itself says at {@code settled}; empty when it cannot be asked
   */
  record Found(
      ChainView.Seen view,
      String provider,
      BlockRef settled,
      BlockRef head,
      List<EscrowEvent> finalEvents,
      List<Header> blocks,
      List<EscrowEvent> laterEvents,
      Optional<String> storage)
      implements Evidence {
    public Found {
      finalEvents = List.copyOf(finalEvents);
      blocks = List.copyOf(blocks);
      laterEvents = List.copyOf(laterEvents);
    }
  }

  /** No answer, or answers that contradict each other. */
  record None(ChainView.NotSeen view) implements Evidence {}
}
