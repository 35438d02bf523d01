/**
 * Finding out that an orders database came back from a backup, and what it lost by that.
 *
 * <p>Guarantees: what was remembered is never set back but by a restoration somebody vouched for; a
 * freeze of a database that went back is lifted only after the restoration was recorded.
 */
@NullMarked
@Feature(
    name = "restore",
    mayUse = {"store", "time"})
package dev.metaops.restore;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
