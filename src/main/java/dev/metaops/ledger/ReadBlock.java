package dev.metaops.ledger;

import dev.metaops.chain.Header;

/** A block whose events were read, and how sure it is that there are no others. */
public record ReadBlock(Header header, Completeness completeness) {}
