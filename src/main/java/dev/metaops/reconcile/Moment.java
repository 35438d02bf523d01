package dev.metaops.reconcile;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Header;
import java.time.Duration;
import java.util.Optional;

/** Where the chain stands, and what of it is final. */
record Moment(ChainHead head, BlockRef settled) {
  BlockRef latest() {
    return head.latest().ref();
  }

  /** From the pace since the event's block; nothing while no block stands on it. */
  Optional<Duration> finalIn(Header block) {
    Header latest = head.latest();
    long since = latest.number() - block.number();
    long missing = block.number() - settled.number();
    return since <= 0 || missing <= 0
        ? Optional.empty()
        : Optional.of(
            Duration.between(block.time(), latest.time()).dividedBy(since).multipliedBy(missing));
  }
}
