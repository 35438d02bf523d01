/**
 * Answers whether all is well: {@code status}, {@code health}, {@code readiness}, {@code keys},
 * {@code connections}, and what the live page shows.
 */
@NullMarked
@Feature(
    name = "checkup",
    mayUse = {
      "command",
      "config",
      "connection",
      "finding",
      "freeze",
      "health",
      "ledger",
      "listen",
      "look",
      "order",
      "orders",
      "page",
      "postgres",
      "reach",
      "restore",
      "services",
      "time"
    })
package dev.metaops.checkup;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
