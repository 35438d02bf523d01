package dev.metaops.chaos;

/** What can be wrong with a node's answers. */
public sealed interface Kind permits Breakage, Limit, RangeLimit, View, Lie, Push {
  /** Its name on the command line. */
  String word();

  /** What the node does, to follow its name and a colon. */
  String sentence();

  /** What its number means. */
  Measure measure();

  /** What it happens to, one by one. */
  Subject subject();

  /** When it happens if nobody says. */
  default Occasion usually() {
    return new Occasion.Always();
  }

  /** What a fault happens to. */
  enum Subject {
    /**
     * A block, by its hash, or a log, by its block's hash and its index: the same one each time,
     * whatever was asked before and by whom.
     */
    BLOCK,
    LOG,
    /** The next answer. */
    ANSWER
  }

  /** What the number of a fault counts. */
  enum Measure {
    NOTHING("", 0, 0),
    BLOCKS("blocks, 1 to 1000000000", 1, 1_000_000_000),
    HEIGHT(
        "a block number, or below 0 that many blocks under the head",
        -1_000_000,
        1_000_000_000_000L),
    RESULTS("results, 1 to 1000000", 1, 1_000_000),
    QUESTIONS("questions, 1 to 100000", 1, 100_000),
    MILLISECONDS("milliseconds, 1 to 600000", 1, 600_000),
    SECONDS("seconds, 1 to 86400", 1, 86_400),
    STATUS("an HTTP status, 400 to 599", 400, 599),
    CHAIN("a chain's id, from 1", 1, Long.MAX_VALUE);

    private final String expectation;
    private final long least;
    private final long most;

    Measure(String expectation, long least, long most) {
      this.expectation = expectation;
      this.least = least;
      this.most = most;
    }

    String expectation() {
      return expectation;
    }

    boolean allows(long number) {
      return least <= number && number <= most;
    }
  }
}
