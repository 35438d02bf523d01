/**
 * Answers {@code serve} and {@code metrics}: the process that follows the chain, its loops and
 * watches, what its endpoints say, and what it measures.
 */
@NullMarked
@Feature(
    name = "serve",
    mayUse = {
      "audit",
      "canary",
      "chain",
      "checkup",
      "command",
      "config",
      "escrow",
      "events",
      "finding",
      "freeze",
      "health",
      "journal",
      "ledger",
      "listen",
      "look",
      "meter",
      "orders",
      "orderstatus",
      "page",
      "pool",
      "process",
      "reach",
      "restore",
      "rpc",
      "services",
      "store",
      "telemetry",
      "time"
    })
package dev.metaops.serve;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
