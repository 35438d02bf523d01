/** The road by which a person changes an order: a frozen plan, applied as shown, read back. */
@NullMarked
@Feature(
    name = "plan",
    mayUse = {"chain", "escrow", "ledger", "order", "orders", "reconcile", "rpc", "store", "time"})
package dev.metaops.plan;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
