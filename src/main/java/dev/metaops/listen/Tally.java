package dev.metaops.listen;

import java.util.Map;

/**
 * How many of each thing the event log was told since it was opened, on disk or not.
 *
 * @param moved rows that took a new state, by that state
 */
public record Tally(
    long received,
    long applied,
    long orphaned,
    long quarantined,
    long unmapped,
    Map<String, Long> moved) {
  public Tally {
    moved = Map.copyOf(moved);
  }
}
