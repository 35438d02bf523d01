package dev.metaops.restore;

/**
 * A sealed record as it was written.
 *
 * @param leaf in hex; two records of different texts have different ones
 */
public record Sealed(long seq, String leaf, String entry) {}
