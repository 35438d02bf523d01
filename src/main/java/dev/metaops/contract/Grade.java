package dev.metaops.contract;

/** How bad what was found is. The order of the constants is from well to worst. */
public enum Grade {
  FINE,
  /** Worth reading, nothing to do. */
  NOTED,
  WARNING,
  /** Nobody can tell: there is nothing to compare with. */
  UNKNOWN,
  CRITICAL
}
