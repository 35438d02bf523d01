package dev.metaops.journal;

import java.time.Instant;
import java.util.Map;

/**
 * Something that was decided and must not be lost.
 *
 * @param id unique for ever: what makes merging it twice harmless
 * @param at never before an earlier entry's
 * @param body what that feature needs to do it later
 */
public record JournalEntry(
    String id, Instant at, JournalKind kind, String actor, Map<String, String> body) {
  public JournalEntry {
    body = Map.copyOf(body);
  }
}
