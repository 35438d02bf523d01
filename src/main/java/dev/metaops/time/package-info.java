/** The only door to the wall clock: instants, deadlines, rests, and ages as people read them. */
@NullMarked
@Feature(
    name = "time",
    mayUse = {})
package dev.metaops.time;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
