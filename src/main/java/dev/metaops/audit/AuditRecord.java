package dev.metaops.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A record as people read it.
 *
 * @param kind edit, plan, refusal, freeze, unfreeze or would-refuse
 * @param entry the exact JSON text that is hashed
 * @param seq its seal's number; empty while it waits for one
 */
public record AuditRecord(
    long id,
    Instant at,
    String kind,
    Optional<String> orderId,
    String actor,
    String entry,
    Bytes leaf,
    OptionalLong seq) {}
