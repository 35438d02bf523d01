package dev.metaops.serve;

/** The few numbers a person looks at first; the rest is at {@code /metrics}. */
enum MainSeries {
  ROWS_BELIEVABLE("rows can be believed", Unit.YES_OR_NO, Kind.LEVEL),
  HEAD_AGE("head age", Unit.SECONDS, Kind.LEVEL),
  BEHIND("behind the head", Unit.BLOCKS, Kind.LEVEL),
  EVENTS("events applied", Unit.A_MINUTE, Kind.COUNT),
  MOVED("rows moved", Unit.A_MINUTE, Kind.COUNT),
  NODE_P95("slowest node, p95", Unit.SECONDS, Kind.LEVEL),
  NODE_FAILURES("node failures", Unit.A_MINUTE, Kind.COUNT),
  SLOWEST_CHECK("slowest check", Unit.SECONDS, Kind.LEVEL),
  FINDINGS("findings P1 and P2", Unit.NUMBER, Kind.LEVEL),
  GAPS("uncertified ranges", Unit.NUMBER, Kind.LEVEL),
  MEMORY("memory of serve", Unit.MEGABYTES, Kind.LEVEL);

  /** Whether a sample says what is, or how often something happened so far. */
  enum Kind {
    LEVEL,
    COUNT
  }

  /** How a value is read. */
  enum Unit {
    YES_OR_NO,
    SECONDS,
    BLOCKS,
    A_MINUTE,
    NUMBER,
    MEGABYTES
  }

  private final String words;
  private final Unit unit;
  private final Kind kind;

  MainSeries(String words, Unit unit, Kind kind) {
    this.words = words;
    this.unit = unit;
    this.kind = kind;
  }

  String words() {
    return words;
  }

  Unit unit() {
    return unit;
  }

  Kind kind() {
    return kind;
  }
}
