package dev.metaops.audit;

/** How a record of interventions stands, the worse further down. */
public enum Verdict {
  CLEAN,
  /** Nothing speaks against it, and something that would speak for it is missing. */
  UNVERIFIABLE,
  /** What has to be done to every record was not done to all. */
  INCOMPLETE,
  /** It ends before what a checkpoint covers: restored from a backup, or cut off. */
  WENT_BACK,
  /** Something was changed, removed or put in. */
  TAMPERED
}
