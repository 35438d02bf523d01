package dev.metaops.ledger;

import dev.metaops.chain.Hash;
import java.time.Instant;

/**
 * Settled blocks (both ends included) and what is known of them.
 *
 * @param previous hash of the block below the first
 * @param end hash of the last
 * @param anchor how many independent nodes gave a final block that stands on them
 * @param scope which contracts and events it speaks of: {@link Scope}
 */
public record Certificate(
    long from,
    long to,
    Hash previous,
    Hash end,
    int anchor,
    Completeness completeness,
    String scope,
    Instant at) {}
