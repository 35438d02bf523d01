package dev.metaops.plan;

/**
 * What became of one order when its plan was applied.
 *
 * @param why one phrase, empty for APPLIED
 */
public record Outcome(String orderId, Kind kind, String why) {
  /** SPEC §4: staleness is per order. */
  public enum Kind {
    /** The row was moved. */
    APPLIED,
    /** The row was there already: success. */
    ALREADY,
    /** The row was written since the plan was made: skipped. */
    CHANGED,
    /** The evidence no longer holds: skipped. */
    VOID,
    /** Another session holds the row: skipped. */
    LOCKED
  }

  /** Whether the row is where the plan wants it. */
  public boolean isThere() {
    return switch (kind) {
      case APPLIED, ALREADY -> true;
      case CHANGED, VOID, LOCKED -> false;
    };
  }
}
