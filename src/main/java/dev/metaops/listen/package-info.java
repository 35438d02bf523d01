/**
 * Follows one chain: reads blocks from the cursor on, rewinds on a reorg, writes facts exactly
 * once.
 */
@NullMarked
@Feature(
    name = "listen",
    mayUse = {
      "chain",
      "escrow",
      "finding",
      "health",
      "ledger",
      "order",
      "proof",
      "rpc",
      "store",
      "telemetry",
      "time"
    })
package dev.metaops.listen;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
