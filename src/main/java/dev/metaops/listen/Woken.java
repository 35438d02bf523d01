package dev.metaops.listen;

/** Why a resting listener goes on. */
enum Woken {
  /** A node said that there is a new block. */
  HINT,
  /** The rest is over. */
  DUE,
  /** It is to stop. */
  STOPPING
}
