package dev.metaops.page;

/** How much of a list is printed; totals are always of all of it. */
public sealed interface Listing {
  /** The number of rows to ask a database for. */
  int limit();

  /** At most this many, at least 1. */
  record First(int limit) implements Listing {
    public First {
      if (limit < 1) {
        throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
      }
    }
  }

  record All() implements Listing {
    @Override
    public int limit() {
      return Integer.MAX_VALUE;
    }
  }
}
