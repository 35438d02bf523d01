package dev.metaops.connection;

/** What came of a hop. Texts hold no secret; those from outside are clipped. */
public sealed interface Outcome {
  /** What was seen, or why it failed. */
  String seen();

  /** How bad it is. The order of the constants is the order of badness. */
  Gravity gravity();

  /** What to do; empty when nothing is. */
  default String next() {
    return "";
  }

  /** How bad an outcome is. */
  enum Gravity {
    WELL,
    WARNING,
    /** It still works, and soon will not. */
    ALARMING,
    /** It does not work. */
    DOWN
  }

  record Passed(String seen) implements Outcome {
    @Override
    public Gravity gravity() {
      return Gravity.WELL;
    }
  }

  record Warned(String seen, String next) implements Outcome {
    @Override
    public Gravity gravity() {
      return Gravity.WARNING;
    }
  }

  record Alarmed(String seen, String next) implements Outcome {
    @Override
    public Gravity gravity() {
      return Gravity.ALARMING;
    }
  }

  /** The way ends here. */
  record Failed(String seen, String next) implements Outcome {
    @Override
    public Gravity gravity() {
      return Gravity.DOWN;
    }
  }
}
