package dev.metaops.chaos;

/** What a node says of its chain that is not so, in an answer of sound shape. */
public enum Lie implements Kind {
  OMIT_BLOCK("omit-block", Subject.BLOCK, "eth_getLogs leaves out all logs of a block"),
  OMIT_LOG("omit-log", Subject.LOG, "eth_getLogs leaves out a log"),
  OMIT_RECEIPT_LOG(
      "omit-receipt-log",
      Subject.LOG,
      "receipts leave out a log, the one omit-log of the same seed leaves out"),
  HEAD_EMPTY(
      "head-empty",
      Subject.BLOCK,
      "the first logs, and the first receipts, of each block mined since are an empty list"),
  CUT_RESULTS(
      "cut-results", Subject.ANSWER, Measure.RESULTS, "eth_getLogs gives the first N logs alone"),
  REORDER_LOGS("reorder-logs", Subject.ANSWER, "eth_getLogs gives the last log first"),
  DUPLICATE_LOG("duplicate-log", Subject.LOG, "eth_getLogs gives a log twice"),
  REMOVED_LOG("removed-log", Subject.LOG, "eth_getLogs marks a log as removed"),
  ALTER_LOG("alter-log", Subject.LOG, "eth_getLogs gives a log with another digit in its data"),
  INVENT_LOG(
      "invent-log", Subject.BLOCK, "eth_getLogs adds a log nobody emitted to a block with logs"),
  FORGE_HEADER(
      "forge-header",
      Subject.BLOCK,
      "a block keeps its hash but has an empty bloom and another receipts root");

  private final String word;
  private final Subject subject;
  private final Measure measure;
  private final String sentence;

  Lie(String word, Subject subject, String sentence) {
    this(word, subject, Measure.NOTHING, sentence);
  }

  Lie(String word, Subject subject, Measure measure, String sentence) {
    this.word = word;
    this.subject = subject;
    this.measure = measure;
    this.sentence = sentence;
  }

  @Override
  public String word() {
    return word;
  }

  @Override
  public Subject subject() {
    return subject;
  }

  @Override
  public Measure measure() {
    return measure;
  }

  @Override
  public String sentence() {
    return sentence;
  }
}
