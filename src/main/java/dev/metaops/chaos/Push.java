package dev.metaops.chaos;

/** What becomes of the messages of a WebSocket, which a proxy passes on. */
public enum Push implements Kind {
  DROP_HEADS("drop-heads", "a new head is not told"),
  MUTE("mute-ws", "the socket stays open and nothing comes");

  private final String word;
  private final Measure measure;
  private final String sentence;

  Push(String word, String sentence) {
    this(word, Measure.NOTHING, sentence);
  }

  Push(String word, Measure measure, String sentence) {
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
