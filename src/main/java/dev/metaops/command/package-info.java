/**
 * The verbs: one sealed interface per noun, nested records, one answerer each. What a door knows of
 * metaops is here.
 */
@NullMarked
@Feature(
    name = "command",
    mayUse = {
      "amount",
      "audit",
      "canary",
      "chain",
      "chaos",
      "config",
      "contract",
      "connection",
      "escrow",
      "evidence",
      "finding",
      "freeze",
      "health",
      "journal",
      "keys",
      "ledger",
      "listen",
      "machine",
      "meter",
      "order",
      "orders",
      "orderstatus",
      "plan",
      "pool",
      "postgres",
      "postgrest",
      "proof",
      "reconcile",
      "restore",
      "rpc",
      "services",
      "store",
      "telemetry",
      "time"
    })
package dev.metaops.command;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
