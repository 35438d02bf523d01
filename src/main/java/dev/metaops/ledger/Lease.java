package dev.metaops.ledger;

import java.time.Duration;

/**
 * The right to write a chain's stream, held in the orders database.
 *
 * @param epoch grows with each taking; a write under an older one is refused
 * @param ttl how long it lasts without a write or a report, on that database's clock
 */
public record Lease(long chainId, String holder, long epoch, Duration ttl) {}
