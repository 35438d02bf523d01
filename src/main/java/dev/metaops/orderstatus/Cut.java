package dev.metaops.orderstatus;

/** Why a follower was let go; each may come back with its position and misses nothing. */
enum Cut {
  SLOW("slow", 4008, "it read more slowly than its order moved; come back with your position"),
  STOPPING("stopping", 1001, "the process stops; come back with your position"),
  WENT_BACK("went-back", 4009, "the database is of another history now; come back to be reset"),
  LEFT("left", 1000, "it left"),
  GONE("gone", 4004, "the order is gone"),
  BLIND("blind", 1013, "the orders cannot be read; come back with your position");

  private final String word;
  private final int code;
  private final String sentence;

  Cut(String word, int code, String sentence) {
    this.word = word;
    this.code = code;
    this.sentence = sentence;
  }

  /** As metrics and clients have it. */
  String word() {
    return word;
  }

  /** For closing a WebSocket. */
  int code() {
    return code;
  }

  String sentence() {
    return sentence;
  }
}
