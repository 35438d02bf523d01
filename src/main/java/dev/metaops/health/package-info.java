/**
 * Checks and how they are run: side by side, each within its own time, whatever hangs. Knows no
 * feature.
 */
@NullMarked
@Feature(
    name = "health",
    mayUse = {"time"})
package dev.metaops.health;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
