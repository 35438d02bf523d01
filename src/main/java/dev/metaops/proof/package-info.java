/**
 * What a block's hash binds: header hashes, blooms, receipts tries, and proofs of inclusion. Pure:
 * no socket, no clock, no database. Hostile input is refused with a reason, never by an exception.
 */
@NullMarked
@Feature(
    name = "proof",
    mayUse = {"chain"})
package dev.metaops.proof;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
