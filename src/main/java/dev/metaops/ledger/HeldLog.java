package dev.metaops.ledger;

import dev.metaops.chain.Address;

/**
 * Where the ledger holds a log that counts, or one it could not read.
 *
 * @param contract the escrow it speaks of
 */
public record HeldLog(long block, Address contract) {}
