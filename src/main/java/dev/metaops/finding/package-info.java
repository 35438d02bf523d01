/**
 * One thing that looks wrong: what, about which subject, how bad, and what was seen. Whoever finds
 * it says so each time it looks; that it is the same thing again, its fingerprint tells.
 */
@NullMarked
@Feature(
    name = "finding",
    mayUse = {})
package dev.metaops.finding;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
