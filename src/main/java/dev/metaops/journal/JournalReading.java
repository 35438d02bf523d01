package dev.metaops.journal;

import java.util.List;

/**
 * What the journal holds.
 *
 * @param unmerged entries no database knows yet, in the order they were written
 * @param unreadable lines a crash tore or something else wrote over; their writers were never told
 *     that they succeeded
 * @param foreign entries of a kind that another version of metaops wrote; they stay until it merges
 *     them
 */
public record JournalReading(List<JournalEntry> unmerged, int unreadable, int foreign) {
  public JournalReading {
    unmerged = List.copyOf(unmerged);
  }
}
