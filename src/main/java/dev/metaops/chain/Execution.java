package dev.metaops.chain;

/** How a transaction in a block ended. */
public enum Execution {
  SUCCEEDED,
  /** Rolled back: its logs do not exist. */
  REVERTED,
  /** The receipt has no status: a block from before Byzantium. */
  UNSTATED
}
