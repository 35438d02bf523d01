/** Reads the configuration, builds the graph by hand, and ends with the right exit code. */
@NullMarked
@Feature(
    name = "main",
    mayUse = {
      "amount",
      "audit",
      "chain",
      "api",
      "cli",
      "command",
      "config",
      "demo",
      "escrow",
      "health",
      "journal",
      "ledger",
      "listen",
      "order",
      "orders",
      "plan",
      "postgres",
      "reconcile",
      "rpc",
      "store",
      "time"
    })
package dev.metaops.main;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
