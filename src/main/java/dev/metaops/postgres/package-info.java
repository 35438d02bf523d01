/**
 * The embedded PostgreSQL server: durable, on loopback only, with passwords; it belongs to its data
 * directory, not to the process that happened to start it.
 *
 * <p>Guarantees: one postmaster for a directory however many processes open it; a server left by a
 * killed process is adopted; what was committed survives the kill of any of them.
 */
@NullMarked
@Feature(
    name = "postgres",
    mayUse = {"config", "time"})
package dev.metaops.postgres;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
