/**
 * Whether what is configured can be reached, hop by hop: name, connection, encryption, who we are,
 * a real request. Each hop is timed; the first that fails ends the way and says why. Writes nothing
 * anywhere, shows no secret, and ends by its deadline whatever answers.
 */
@NullMarked
@Feature(
    name = "connection",
    mayUse = {"chain", "config", "postgrest", "rpc", "store", "time"})
package dev.metaops.connection;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
