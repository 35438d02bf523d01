package dev.metaops.reconcile;

import dev.metaops.order.OrderTerms;

/**
 * An order the chain is asked about.
 *
 * @param lostEvents events of it that a reorg took back, as far as the ledger knows
 */
public record Wanted(OrderTerms terms, int lostEvents) {
  String id() {
    return terms.orderId();
  }
}
