/**
 * Answers {@code config} and {@code doctor}: looks at a venue that metaops does not know yet,
 * writes its file, and says what would stand in the way.
 */
@NullMarked
@Feature(
    name = "setup",
    mayUse = {
      "chain",
      "command",
      "config",
      "contract",
      "escrow",
      "freeze",
      "health",
      "look",
      "order",
      "orders",
      "page",
      "postgrest",
      "reach",
      "rpc",
      "store",
      "time"
    })
package dev.metaops.setup;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
