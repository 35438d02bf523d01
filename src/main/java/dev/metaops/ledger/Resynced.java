package dev.metaops.ledger;

import java.util.List;

/** What became of blocks read again. Anything but {@link Written} wrote nothing. */
public sealed interface Resynced {
  /**
   * Everything was written.
   *
   * @param added events that the ledger did not have, or not so
   * @param refuted what counted and is not in the proved receipts
   */
  record Written(int added, List<Refuted> refuted, List<Applied.Move> moved) implements Resynced {
    public Written {
      refuted = List.copyOf(refuted);
      moved = List.copyOf(moved);
    }
  }

  /** The blocks are not the ones the ledger stands on, or not settled, and why. */
  record Refused(String why) implements Resynced {}
}
