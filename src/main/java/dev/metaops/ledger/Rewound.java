package dev.metaops.ledger;

import java.util.List;

/** What became of going back past what was settled. Anything but {@link Done} wrote nothing. */
public sealed interface Rewound {
  /**
   * The ledger stands on the older block, and following goes on from there.
   *
   * @param orphaned events that do not count any more
   */
  record Done(List<Applied.Move> moved, int orphaned) implements Rewound {
    public Done {
      moved = List.copyOf(moved);
    }
  }

  /** It was not done, and why, with what to do next. */
  record Refused(String why) implements Rewound {}
}
