package dev.metaops.chaos;

/** What a node refuses to do, in an error of its own. */
public enum Limit implements Kind {
  MAX_RESULTS(
      "max-results",
      Measure.RESULTS,
      "eth_getLogs refuses more than N logs, in the words of Infura"),
  MAX_BATCH("max-batch", Measure.QUESTIONS, "it refuses batches of more than N questions"),
  MAX_RATE("max-rate", Measure.QUESTIONS, "above N questions in one second it answers HTTP 429"),
  QUOTA("quota", Measure.SECONDS, "it answers HTTP 429 and asks to come back after N seconds"),
  NO_BLOCK_RECEIPTS("no-block-receipts", "it has no eth_getBlockReceipts");

  private final String word;
  private final Measure measure;
  private final String sentence;

  Limit(String word, String sentence) {
    this(word, Measure.NOTHING, sentence);
  }

  Limit(String word, Measure measure, String sentence) {
    this.word = word;
    this.measure = measure;
    this.sentence = sentence;
  }

  @Override
  public String word() {
    return word;
  }

  @Override
  public Subject subject() {
    return Subject.ANSWER;
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
