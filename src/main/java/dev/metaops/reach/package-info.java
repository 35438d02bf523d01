/**
 * What configuration points to, opened when it is used: the orders and the ledger beside them,
 * through whichever door; contract and nodes; our own store, and what this machine wrote down. And
 * how an order read there is judged.
 */
@NullMarked
@Feature(
    name = "reach",
    mayUse = {
      "audit",
      "canary",
      "chain",
      "command",
      "config",
      "escrow",
      "freeze",
      "journal",
      "ledger",
      "listen",
      "order",
      "orders",
      "page",
      "postgres",
      "postgrest",
      "reconcile",
      "restore",
      "rpc",
      "services",
      "store",
      "time"
    })
package dev.metaops.reach;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
