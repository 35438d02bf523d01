package dev.metaops.chaos;

/** Another sight of the chain than the honest one, the same in every answer. */
public enum View implements Kind {
  LAG("lag", Measure.BLOCKS, "its head is N blocks old, and it does not know the blocks above"),
  FORK(
      "fork",
      Measure.HEIGHT,
      "above block N it is on a fork of its own: other hashes, linked among themselves"),
  FINALIZED_BACK("finalized-back", Measure.BLOCKS, "every other finalized block is N blocks older"),
  FINALIZED_STALLED("finalized-stalled", "the finalized block stays the first one it named"),
  FINALIZED_AHEAD("finalized-ahead", "the finalized block is the latest one"),
  NO_FINALIZED("no-finalized", "it does not know the tags finalized and safe"),
  WRONG_CHAIN("wrong-chain", Measure.CHAIN, "it says it belongs to chain N");

  private final String word;
  private final Measure measure;
  private final String sentence;

  View(String word, String sentence) {
    this(word, Measure.NOTHING, sentence);
  }

  View(String word, Measure measure, String sentence) {
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

  @Override
  public Occasion usually() {
    return this == FINALIZED_BACK ? new Occasion.Every(2) : new Occasion.Always();
  }
}
