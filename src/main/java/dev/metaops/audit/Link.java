package dev.metaops.audit;

import java.util.Optional;

/**
 * A seal and what it seals.
 *
 * @param record empty when there is no record of that id
 */
public record Link(long seq, long recordId, Bytes chain, Optional<StoredRecord> record) {}
