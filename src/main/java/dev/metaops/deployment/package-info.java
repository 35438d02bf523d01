/**
 * Answers {@code contract} and {@code sender}: the deployed contract beside what it should be, and
 * the accounts that send to it. Signs and sends nothing.
 */
@NullMarked
@Feature(
    name = "deployment",
    mayUse = {
      "chain",
      "command",
      "config",
      "contract",
      "escrow",
      "journal",
      "order",
      "orders",
      "page",
      "reach",
      "reconcile",
      "rpc",
      "time"
    })
package dev.metaops.deployment;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
