package dev.metaops.rpc;

import dev.metaops.chain.BlockRef;

/** The block whose state is asked for. */
public sealed interface At {
  /** Exactly this block; a node on which it is not canonical refuses. */
  record Block(BlockRef block) implements At {}

  /** Whatever block the node means by it when it answers. */
  enum Tag implements At {
    LATEST,
    SAFE,
    FINALIZED
  }
}
