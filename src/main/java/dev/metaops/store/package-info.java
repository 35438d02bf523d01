/**
 * Connections, transactions and migrations; no feature's SQL.
 *
 * <p>Guarantees: nothing here waits past its deadline; a database that cannot be used is named with
 * what was seen and what to do; no message holds a password.
 */
@NullMarked
@Feature(
    name = "store",
    mayUse = {"config", "time"})
package dev.metaops.store;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
