package dev.metaops.audit;

import java.util.OptionalLong;

/**
 * An applied plan's part for one order.
 *
 * @param digest what was approved
 * @param text what is kept; its SHA-256 should be the digest
 * @param recordId the record that names this digest and order, empty when there is none
 */
public record AppliedPlan(
    String planId, String orderId, Bytes digest, Bytes text, OptionalLong recordId) {}
