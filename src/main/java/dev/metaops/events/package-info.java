/**
 * Answers {@code events} and {@code listener}: what the chain said, shown, followed, proved, swept
 * and read again; and whether it is heard.
 */
@NullMarked
@Feature(
    name = "events",
    mayUse = {
      "chain",
      "command",
      "config",
      "connection",
      "escrow",
      "finding",
      "health",
      "ledger",
      "listen",
      "look",
      "meter",
      "order",
      "orders",
      "page",
      "proof",
      "reach",
      "reconcile",
      "rpc",
      "telemetry",
      "time"
    })
package dev.metaops.events;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
