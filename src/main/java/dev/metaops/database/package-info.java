/**
 * Answers {@code db}: who changed orders, the pool of the process that serves opened anew, a
 * restoration vouched for.
 */
@NullMarked
@Feature(
    name = "database",
    mayUse = {
      "audit",
      "chain",
      "command",
      "config",
      "events",
      "intervention",
      "journal",
      "order",
      "orders",
      "page",
      "plan",
      "pool",
      "process",
      "reach",
      "records",
      "restore",
      "store",
      "time"
    })
package dev.metaops.database;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
