/**
 * The live page: a venue at a glance, read-only, for a person or a screen on the wall. Decides
 * nothing; draws what a {@link dev.metaops.checkup.Board} says, escaped and bounded, and sends what
 * changed. What is old, or what nobody could look at, never looks well.
 */
@NullMarked
@Feature(
    name = "console",
    mayUse = {"checkup", "finding", "health", "ledger", "order", "orders", "page", "time"})
package dev.metaops.console;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
