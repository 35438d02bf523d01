/**
 * The orders table as SQL reads it: rows with what the ledger makes of them, sums, who changed
 * what.
 */
@NullMarked
@Feature(
    name = "orders",
    mayUse = {"amount", "chain", "escrow", "order", "postgrest", "store", "time"})
package dev.metaops.orders;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
