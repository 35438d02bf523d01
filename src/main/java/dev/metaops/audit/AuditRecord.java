package dev.metaops.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A record as people read it.
 *
 * @param kind edit, plan, refusal, freeze, unfreeze, would-refuse or claim
 * @param entry the exact JSON text that is hashed
 * @param seq its seal's number; empty while it waits for one
 * @param claim of an edit, who said later that it was theirs
 */
public record AuditRecord(
    long id,
    Instant at,
    String kind,
    Optional<String> orderId,
    String actor,
    String entry,
    Bytes leaf,
    OptionalLong seq,
    Optional<Claim> claim) {
  /**
   * Somebody's word, on record too.
   *
   * @param recordId the record that says so
   */
  public record Claim(String by, String reason, long recordId) {}
}
