/**
 * Watches the pool of a process that serves: says who holds a connection too long, lets any process
 * of this machine see its numbers, and renews it when one asks.
 *
 * <p>Through files of the data directory, so that it works while no database answers, and ends no
 * session but the pool's own.
 */
@NullMarked
@Feature(
    name = "pool",
    mayUse = {"finding", "store", "time"})
package dev.metaops.pool;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
