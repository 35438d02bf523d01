package dev.metaops.sim;

/** What a registry holds under a key, with the contract's own number for it. */
enum Standing {
  NONE(0),
  HELD(1),
  DISPUTED(2),
  RELEASED(3),
  REFUNDED(4),
  CANCELLED(5);

  private final int number;

  Standing(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  /** The state an order's row belongs in, by its name, once this is final. */
  String row() {
    return switch (this) {
      case NONE -> "CREATED";
      case HELD -> "PENDING";
      case DISPUTED -> "DISPUTED";
      case RELEASED -> "SETTLED";
      case REFUNDED -> "REFUNDED";
      case CANCELLED -> "CANCELLED";
    };
  }
}
