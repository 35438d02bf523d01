/**
 * Stopping all writing of order rows: in the local journal first, then in the orders database.
 *
 * <p>Guarantee: a freeze that was recorded holds, whatever is down, until somebody lifts it.
 */
@NullMarked
@Feature(
    name = "freeze",
    mayUse = {"journal", "time"})
package dev.metaops.freeze;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
