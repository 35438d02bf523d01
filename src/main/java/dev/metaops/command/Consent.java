package dev.metaops.command;

/** How a plan that was shown may be applied. */
public enum Consent {
  /** Ask on a terminal; without one nothing is changed. */
  ASK,
  /** Apply without asking. */
  EXECUTE,
  /** Stop after the plan. */
  DRY_RUN
}
