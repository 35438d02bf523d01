/**
 * The processes of a venue under whoever keeps them running: seen, stopped, started, and found
 * ready.
 *
 * <p>Guarantees: a process is killed only when it is the configured one or was seen to descend from
 * it, each told apart from a later holder of its pid by the moment it began; whoever else holds a
 * port is named and left alone. Every program that is asked is ended at its deadline, what it
 * prints is bounded, and no variable and no word of a command line is shown.
 */
@NullMarked
@Feature(
    name = "services",
    mayUse = {"config", "time"})
package dev.metaops.services;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
