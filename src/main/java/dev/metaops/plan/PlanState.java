package dev.metaops.plan;

/** Where a plan is in its life. */
public enum PlanState {
  /** Frozen and kept; waits for people. */
  PLANNED,
  /** Enough people stand behind it. */
  APPROVED,
  /** Somebody began to apply it; the orders database knows whether it took effect. */
  APPLYING,
  /**
   * The orders database has judged each of its orders, and moved at least one or found it there.
   */
  APPLIED,
  /** Rows and contract were read anew, and agree with it. */
  VERIFIED,
  /** Verified, and nothing is left to do. */
  CLOSED,
  /** Somebody said no. */
  REJECTED,
  /** Its time ran out before it took effect. */
  EXPIRED,
  /** None of its orders could be moved: rows or chain had changed. */
  VOID;

  /** Whether nothing leaves it. */
  public boolean isFinal() {
    return switch (this) {
      case CLOSED, REJECTED, EXPIRED, VOID -> true;
      case PLANNED, APPROVED, APPLYING, APPLIED, VERIFIED -> false;
    };
  }
}
