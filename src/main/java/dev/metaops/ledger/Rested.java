package dev.metaops.ledger;

import dev.metaops.chain.BlockRef;

/** A change of an order's row, and the event it rests on. */
public record Rested(String orderId, String toState, BlockRef block, int index) {}
