package dev.metaops.health;

/** How something is. The order of the constants is the order of badness. */
public enum Condition {
  UP,
  /** Works, outside its limits. */
  DEGRADED,
  /** Could not be looked at. */
  UNKNOWN,
  DOWN;

  boolean isAtLeastAsBadAs(Condition other) {
    return compareTo(other) >= 0;
  }

  /** The worse of the two. */
  public Condition worse(Condition other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
