/** The local world of the demonstration: its chain, its contract, its traders, and the play. */
@NullMarked
@Feature(
    name = "demo",
    mayUse = {
      "amount",
      "chain",
      "command",
      "config",
      "escrow",
      "order",
      "postgres",
      "rpc",
      "store",
      "time"
    })
package dev.metaops.demo;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
