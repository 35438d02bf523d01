/**
 * Answers {@code order}: where an order stands and why, which are stuck, what may be paid back; and
 * the mending of one and of many.
 */
@NullMarked
@Feature(
    name = "orderdesk",
    mayUse = {
      "chain",
      "command",
      "config",
      "escrow",
      "intervention",
      "ledger",
      "listen",
      "order",
      "orders",
      "page",
      "plan",
      "proof",
      "reach",
      "reconcile",
      "rpc",
      "time"
    })
package dev.metaops.orderdesk;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
