/**
 * Faults put into the answers of a node on purpose: what it leaves out, invents, refuses or breaks.
 * For tests, benches and drills; every random choice comes from a seed.
 */
@NullMarked
@Feature(
    name = "chaos",
    mayUse = {"rpc", "time"})
package dev.metaops.chaos;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
