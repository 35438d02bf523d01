/**
 * Blocks, events, order status and the stream's lease, as the orders database keeps them: every
 * write is one call of a SQL function.
 */
@NullMarked
@Feature(
    name = "ledger",
    mayUse = {"chain", "escrow", "finding", "order", "store", "time"})
package dev.metaops.ledger;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
