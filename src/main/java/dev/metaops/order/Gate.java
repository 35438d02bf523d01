package dev.metaops.order;

/** Whether the contract would let through what an order needs next. */
public enum Gate {
  OPEN,
  /** The contract is paused, and its pause stops this. */
  PAUSED,
  /** Nobody asked, or nobody answered. */
  UNKNOWN
}
