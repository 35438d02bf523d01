package dev.metaops.rpc;

import dev.metaops.chain.BlockRef;

/** The block whose state is asked for. */
public sealed interface At {
  /** Exactly this block; a node on which it is not canonical refuses. */
  record Block(BlockRef block) implements At {}

  /** The canonical block of this number, whichever that is when it answers. */
  record Height(long number) implements At {}

  /** Whatever block the node means by it when it answers. */
  enum Tag implements At {
    LATEST,
    SAFE,
    FINALIZED,
    /** The latest block and what waits in the node's pool behind it. */
    PENDING
  }
}
