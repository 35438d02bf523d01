package dev.metaops.audit;

import java.util.List;
import java.util.OptionalLong;

/**
 * A plan that was applied, as it is kept.
 *
 * @param digest what was approved
 * @param text what is kept; its SHA-256 should be the digest
 * @param orders those it moved
 */
public record AppliedPlan(String planId, Bytes digest, Bytes text, List<Part> orders) {
  public AppliedPlan {
    orders = List.copyOf(orders);
  }

  /**
   * An order it moved.
   *
   * @param recordId the record that names the plan's digest and this order, empty when there is
   *     none
   */
  public record Part(String orderId, OptionalLong recordId) {}
}
