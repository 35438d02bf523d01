package dev.metaops.audit;

/** What is wrong with the record of interventions. */
public enum Damage {
  /** A record's text does not hash to its leaf: one of the two was changed. */
  CONTENT(Verdict.TAMPERED),
  /** A record's columns say something else than its own text. */
  COLUMNS(Verdict.TAMPERED),
  /** A seal's value does not follow from the one before: changed, moved or put in between. */
  LINK(Verdict.TAMPERED),
  /** Numbers are missing between two seals. */
  GAP(Verdict.TAMPERED),
  /** A record was sealed, or waits to be, and is not there. */
  MISSING_RECORD(Verdict.TAMPERED),
  /** A number or a record was sealed twice, or a seal has a number that none can have. */
  FORK(Verdict.TAMPERED),
  /** The head and the last seal disagree: seals were cut off, or the head was set back. */
  TAIL(Verdict.TAMPERED),
  /** A record has no seal and does not wait for one: its seal was cut off, or it was put in. */
  UNLINKED(Verdict.TAMPERED),
  /** A record waits for its seal longer than the sealer may take. */
  UNSEALED_OLD(Verdict.INCOMPLETE),
  /** A plan was applied whose text or whose record is not the one that was approved. */
  ORPHAN_PLAN(Verdict.TAMPERED),
  /** A step or a word in our own store that no record tells of, or one that is not there. */
  ROWS(Verdict.TAMPERED),
  /** The records a checkpoint covers are not those it was made of: rewritten with their hashes. */
  REWRITTEN(Verdict.TAMPERED),
  /** This very database had a log of another name before. */
  RENAMED(Verdict.TAMPERED),
  /** There are fewer seals than a checkpoint covers. */
  WENT_BACK(Verdict.WENT_BACK),
  /** A checkpoint bears the name of a known key which did not sign it, or no longer may. */
  FORGED_CHECKPOINT(Verdict.TAMPERED),
  /** Two checkpoints, both signed, of which one cannot have grown into the other. */
  FORKED_CHECKPOINT(Verdict.TAMPERED),
  /** A tile of an export is not what its records hash to. */
  TILE(Verdict.TAMPERED),
  /** A file of an export is not there, or is none of its kind. */
  MISSING_TILE(Verdict.UNVERIFIABLE),
  /** A checkpoint is signed by nobody who is known. */
  UNKNOWN_KEY(Verdict.UNVERIFIABLE),
  /** A kept checkpoint cannot be read. */
  UNREADABLE_CHECKPOINT(Verdict.UNVERIFIABLE),
  /** There are seals, and no checkpoint to hold them against. */
  NO_CHECKPOINT(Verdict.UNVERIFIABLE),
  /** A record calls itself older than a checkpoint it came after: its clock went back. */
  BACKDATED(Verdict.UNVERIFIABLE);

  private final Verdict verdict;

  Damage(Verdict verdict) {
    this.verdict = verdict;
  }

  /** How the whole stands when this is the worst of it. */
  public Verdict verdict() {
    return verdict;
  }
}
