package dev.metaops.audit;

/** What is wrong with the record of interventions. */
public enum Damage {
  /** A record's text does not hash to its leaf: one of the two was changed. */
  CONTENT,
  /** A record's columns say something else than its own text. */
  COLUMNS,
  /** A seal's value does not follow from the one before: changed, moved or put in between. */
  LINK,
  /** Numbers are missing between two seals. */
  GAP,
  /** A record was sealed, or waits to be, and is not there. */
  MISSING_RECORD,
  /** A number or a record was sealed twice, or a seal has a number that none can have. */
  FORK,
  /** The head and the last seal disagree: seals were cut off, or the head was set back. */
  TAIL,
  /** A record has no seal and does not wait for one: its seal was cut off, or it was put in. */
  UNLINKED,
  /** A record waits for its seal longer than the sealer may take. */
  UNSEALED_OLD,
  /** A plan was applied whose text or whose record is not the one that was approved. */
  ORPHAN_PLAN
}
