/**
 * What this machine, and the container around us, have left: memory, CPUs, load, disk, file
 * descriptors. Reads the system, changes nothing.
 */
@NullMarked
@Feature(
    name = "machine",
    mayUse = {})
package dev.metaops.machine;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
