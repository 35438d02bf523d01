/**
 * Nodes of a chain over JSON-RPC: typed calls that check what they are told, failures with a name
 * and a next step, and a hint when a new block appears. Every call ends within its deadline.
 */
@NullMarked
@Feature(
    name = "rpc",
    mayUse = {"chain", "config", "finding", "health", "store", "time"})
package dev.metaops.rpc;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
