/**
 * The local world of the demonstration: its chain, its contract, its traders, and the play. And,
 * for drills, {@code chaos-rpc}: a node that misbehaves on purpose.
 */
@NullMarked
@Feature(
    name = "demo",
    mayUse = {
      "amount",
      "chain",
      "chaos",
      "command",
      "config",
      "escrow",
      "order",
      "page",
      "postgres",
      "rpc",
      "store",
      "time"
    })
package dev.metaops.demo;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
