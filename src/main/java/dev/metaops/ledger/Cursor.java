package dev.metaops.ledger;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Header;
import java.time.Instant;

/** A block up to which everything was read, and the time it says. */
public record Cursor(BlockRef ref, Instant time) {
  public static Cursor at(Header header) {
    return new Cursor(header.ref(), header.time());
  }

  public long number() {
    return ref.number();
  }
}
