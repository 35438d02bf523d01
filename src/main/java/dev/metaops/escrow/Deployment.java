package dev.metaops.escrow;

import dev.metaops.chain.Address;
import java.util.Optional;

/**
 * One contract, and the blocks in which its events count.
 *
 * @param from its first block
 * @param until its last block, both ends included; empty while it is in use
 */
public record Deployment(Address address, long from, Optional<Long> until) {
  public Deployment {
    if (from < 0 || until.filter(last -> last < from).isPresent()) {
      throw new IllegalArgumentException(
          "blocks: "
              + from
              + "-"
              + until.map(Object::toString).orElse("")
              + " (expected: ascending)");
    }
  }

  boolean covers(long block) {
    return block >= from && until.filter(last -> block > last).isEmpty();
  }
}
