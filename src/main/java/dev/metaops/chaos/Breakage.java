package dev.metaops.chaos;

/** How an exchange breaks, whatever it is about. */
public enum Breakage implements Kind {
  HANG("hang", "it takes the question and says nothing"),
  RESET("reset", "it resets the connection"),
  HTTP_ERROR("http-error", Measure.STATUS, "it answers HTTP status N"),
  LATENCY("latency", Measure.MILLISECONDS, "it answers N milliseconds late"),
  CUT("cut", "it promises the whole answer, sends half, and closes"),
  TRUNCATE("truncate", "the JSON ends in its middle"),
  FLIP("flip", "one byte of the answer is another"),
  BOMB("bomb", "it answers with brackets 100000 deep"),
  HUGE_NUMBER("huge-number", "it answers with a number of 100000 digits"),
  HTML("html", "it answers with a page of HTML"),
  EMPTY("empty", "it answers with nothing at all"),
  WRONG_ID("wrong-id", "it answers another question than was asked");

  private final String word;
  private final Measure measure;
  private final String sentence;

  Breakage(String word, String sentence) {
    this(word, Measure.NOTHING, sentence);
  }

  Breakage(String word, Measure measure, String sentence) {
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
