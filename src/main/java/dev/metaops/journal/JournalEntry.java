package dev.metaops.journal;

import java.time.Instant;
import java.util.Map;

/**
 * Something that was decided and must not be lost.
 *
 * @param id unique for ever: what makes merging it twice harmless
 * @param at never before an earlier entry's
 * @param kind one word of the feature that wrote it
 * @param body what that feature needs to do it later
 */
public record JournalEntry(
    String id, Instant at, String kind, String actor, Map<String, String> body) {
  public JournalEntry {
    body = Map.copyOf(body);
  }
}
