/** Row against contract, whole, every time: asks the chain itself what became of an order. */
@NullMarked
@Feature(
    name = "reconcile",
    mayUse = {"amount", "chain", "escrow", "ledger", "order", "orders", "proof", "rpc", "time"})
package dev.metaops.reconcile;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
