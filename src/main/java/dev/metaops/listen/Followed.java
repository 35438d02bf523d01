package dev.metaops.listen;

import dev.metaops.ledger.Applied;

/** What one step of following came to, and so when the next is due. */
public sealed interface Followed {
  /** A batch was written and there is more to read: step again at once. */
  record Advanced(Applied.Committed committed) implements Followed {}

  /** The cursor is at the head: step again when the chain moves. */
  record AtHead() implements Followed {}

  /** Nothing could be written, and it may pass: step again after a rest. */
  record Held(String why) implements Followed {}

  /** The chain took back blocks rows rest on. Nothing moves until people decide; keep looking. */
  record PastSettled(String why) implements Followed {}

  /** Another holder has the stream: take the lease again before the next step. */
  record LeaseLost(String why) implements Followed {}
}
