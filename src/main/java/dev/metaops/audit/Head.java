package dev.metaops.audit;

/** Where the sealer says it stopped: the last seal's number and value. */
public record Head(long seq, Bytes chain) {}
