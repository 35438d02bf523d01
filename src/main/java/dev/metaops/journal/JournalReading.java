package dev.metaops.journal;

import java.util.List;

/**
 * What the journal holds.
 *
 * @param unmerged entries no database knows yet, in the order they were written
 * @param unreadable lines a crash tore or something else wrote over; their writers were never told
 *     that they succeeded
 */
public record JournalReading(List<JournalEntry> unmerged, int unreadable) {
  public JournalReading {
    unmerged = List.copyOf(unmerged);
  }
}
