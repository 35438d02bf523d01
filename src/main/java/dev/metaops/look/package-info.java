/**
 * Looks at what is configured, part by part and side by side, each within its time: the orders and
 * their database, nodes, listener, services, keys, front ends, this machine.
 */
@NullMarked
@Feature(
    name = "look",
    mayUse = {
      "audit",
      "canary",
      "chain",
      "command",
      "config",
      "contract",
      "escrow",
      "freeze",
      "health",
      "keys",
      "ledger",
      "listen",
      "machine",
      "order",
      "orders",
      "page",
      "pool",
      "postgrest",
      "reach",
      "reconcile",
      "rpc",
      "services",
      "store",
      "time"
    })
package dev.metaops.look;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
