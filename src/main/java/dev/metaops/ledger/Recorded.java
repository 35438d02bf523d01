package dev.metaops.ledger;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;

/**
 * An event as the ledger holds it.
 *
 * @param index its log's position within the block
 * @param kind the ledger's word, such as RELEASED
 */
public record Recorded(BlockRef block, int index, Hash transaction, String kind, Hash key) {}
