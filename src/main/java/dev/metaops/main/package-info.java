/** Reads the configuration, builds the graph by hand, and ends with the right exit code. */
@NullMarked
@Feature(
    name = "main",
    mayUse = {"amount", "chain", "cli", "command", "config", "escrow", "order", "postgres", "time"})
package dev.metaops.main;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
