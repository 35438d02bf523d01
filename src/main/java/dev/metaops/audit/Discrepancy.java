package dev.metaops.audit;

import java.util.OptionalLong;

/**
 * One place where the record of interventions is not as it was written.
 *
 * @param seq the seal's number; empty for what has no seal
 * @param recordId the nearest record that is there to be named; empty when none is
 * @param sentence what was seen, and what was expected
 */
public record Discrepancy(
    Damage damage, OptionalLong seq, OptionalLong recordId, String sentence) {}
