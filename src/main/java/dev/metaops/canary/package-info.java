/**
 * The venue's own front ends, asked as its clients ask them: whether they answer, how soon, and
 * whether what they say of an order is what its row says.
 *
 * <p>Guarantees: every question ends in its time and reads 1 MB at most; no redirect leads to
 * another host; no query, no user and nothing that is sent is ever shown; an answer is called stale
 * or ahead only against a row that was read after it.
 */
@NullMarked
@Feature(
    name = "canary",
    mayUse = {"config", "finding", "health", "meter", "order", "time"})
package dev.metaops.canary;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
