package dev.metaops.listen;

/** What becomes of a block whose chain is provable and which is not. */
public enum Unproved {
  /** Nothing is read past it until a node proves it. */
  STOP,
  /** It is read when independent nodes say the same of it. */
  AGREE,
  /** It is read on one node's word. */
  TRUST
}
