/**
 * Answers {@code audit} and {@code evidence}: what was done and by whom, listed, verified, claimed
 * and exported; bundles of evidence, made and checked.
 */
@NullMarked
@Feature(
    name = "records",
    mayUse = {
      "audit",
      "chain",
      "command",
      "config",
      "events",
      "evidence",
      "intervention",
      "ledger",
      "order",
      "orders",
      "page",
      "plan",
      "postgres",
      "proof",
      "reach",
      "store",
      "time"
    })
package dev.metaops.records;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
