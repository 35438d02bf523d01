package dev.metaops.command;

/** How much of a list is printed; totals are always of all of it. */
public sealed interface Listing {
  /** At most this many, at least 1. */
  record First(int rows) implements Listing {
    public First {
      if (rows < 1) {
        throw new IllegalArgumentException("rows: " + rows + " (expected: >= 1)");
      }
    }
  }

  record All() implements Listing {}

  /** The number of rows to ask a database for. */
  default int limit() {
    return switch (this) {
      case First(int rows) -> rows;
      case All() -> Integer.MAX_VALUE;
    };
  }
}
