package dev.metaops.ledger;

import java.util.List;

/** What became of a batch. Anything but {@link Committed} wrote nothing. */
public sealed interface Applied {
  /**
   * Everything was written.
   *
   * @param orphaned events a reorg took back
   * @param waiting rows that could not be moved yet: locked by another session, or frozen
   */
  record Committed(List<Move> moved, int orphaned, int waiting, WriteMode mode) implements Applied {
    public Committed {
      moved = List.copyOf(moved);
    }
  }

  /** Another holder has the lease. */
  record Fenced(String why) implements Applied {}

  /** The cursor is not where the batch was read from: read it again. */
  record CursorElsewhere(String why) implements Applied {}

  /** The chain takes back blocks rows already rest on. Nothing moves until people decide. */
  record PastSettled(String why) implements Applied {}

  /** An order's row that took a new state. */
  record Move(String orderId, String from, String to) {}

  /** Whether rows are written at all. */
  enum WriteMode {
    WRITING,
    FROZEN
  }
}
