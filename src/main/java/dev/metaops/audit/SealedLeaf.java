package dev.metaops.audit;

/**
 * A seal as the maker of checkpoints reads it.
 *
 * @param kind of its record
 * @param leaf as stored
 */
public record SealedLeaf(long seq, String kind, Bytes leaf, Bytes chain) {}
