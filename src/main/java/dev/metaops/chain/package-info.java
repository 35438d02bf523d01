/** Blocks, logs and finality as values. Pure: no socket, no clock, no database. */
@NullMarked
@Feature(
    name = "chain",
    mayUse = {"amount"})
package dev.metaops.chain;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
