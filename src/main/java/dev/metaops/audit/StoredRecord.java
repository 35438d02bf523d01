package dev.metaops.audit;

import java.util.Optional;

/**
 * A record's columns as found, right or wrong.
 *
 * @param at UTC, in the form and precision of the entry
 * @param entry the exact bytes that were hashed
 */
public record StoredRecord(
    long id,
    String at,
    String kind,
    Optional<String> orderId,
    String actor,
    Bytes entry,
    Bytes leaf) {}
