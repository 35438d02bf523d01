package dev.metaops.rpc;

/** What a node is asked for, the more urgent first; the less urgent leave some of the budget. */
public enum Purpose {
  /** Keeping up with the chain. */
  FOLLOW,
  /** What a person or an order waits for. */
  VERDICT,
  /** Proving what is known already, such as that a block is empty. */
  PROOF
}
