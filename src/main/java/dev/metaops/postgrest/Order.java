package dev.metaops.postgrest;

/** By which column, which way; rows without a value come last either way. */
public record Order(String column, Direction direction) {
  /** Smaller first, or larger. */
  public enum Direction {
    ASCENDING("asc"),
    DESCENDING("desc");

    private final String word;

    Direction(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  public static Order ascending(String column) {
    return new Order(column, Direction.ASCENDING);
  }

  public static Order descending(String column) {
    return new Order(column, Direction.DESCENDING);
  }
}
