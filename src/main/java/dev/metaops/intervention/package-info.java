/**
 * Answers {@code plan}, {@code people}, {@code freeze} and {@code unfreeze}: what a person changes,
 * what stands in its way, and who stands behind it.
 */
@NullMarked
@Feature(
    name = "intervention",
    mayUse = {
      "audit",
      "chain",
      "command",
      "config",
      "freeze",
      "journal",
      "ledger",
      "order",
      "orders",
      "page",
      "plan",
      "postgres",
      "reach",
      "reconcile",
      "restore",
      "store",
      "time"
    })
package dev.metaops.intervention;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
