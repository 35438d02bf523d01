package dev.metaops.plan;

/** What can happen to a plan. */
public enum PlanEvent {
  /** Enough people stand behind it now. */
  SUFFICE,
  /** A person says no. */
  REJECT,
  /** A person applies it, or takes up an attempt that was cut short. */
  BEGIN,
  /** The orders database answered, and at least one order is where the plan wants it. */
  LAND,
  /** The orders database answered, and no order is. */
  MISS,
  /** Rows and contract were read anew and agree. */
  VERIFY,
  /** Nothing is left to do. */
  CLOSE,
  /** Its time is over, and it took no effect. */
  EXPIRE
}
