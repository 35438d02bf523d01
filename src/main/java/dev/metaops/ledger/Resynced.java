package dev.metaops.ledger;

import java.util.List;

/** What became of blocks read again. Anything but {@link Written} wrote nothing. */
public sealed interface Resynced {
  /**
   * Everything was written.
   *
   * @param added events that the ledger did not have
   */
  record Written(int added, List<Applied.Move> moved) implements Resynced {
    public Written {
      moved = List.copyOf(moved);
    }
  }

  /** The blocks are not the ones the ledger stands on, or not settled, and why. */
  record Refused(String why) implements Resynced {}
}
