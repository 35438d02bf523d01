package dev.metaops.postgrest;

import java.util.List;

/** Which rows. Values are text in PostgreSQL's own spelling; any characters are safe in them. */
public sealed interface Filter {
  /** How a column is compared with a value. A column without a value compares as nothing. */
  enum Comparison {
    EQ("eq"),
    NEQ("neq"),
    LT("lt"),
    LTE("lte"),
    GT("gt"),
    GTE("gte");

    private final String word;

    Comparison(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  record Compare(String column, Comparison comparison, String value) implements Filter {}

  /** One of these values; of none, no row. */
  record OneOf(String column, List<String> values) implements Filter {
    public OneOf {
      values = List.copyOf(values);
    }
  }

  /** A value, and none of these; of none, every row. */
  record NoneOf(String column, List<String> values) implements Filter {
    public NoneOf {
      values = List.copyOf(values);
    }
  }

  record IsNull(String column) implements Filter {}

  record IsNotNull(String column) implements Filter {}

  /** Text columns only: the server refuses others. Upper and lower case differ. */
  record StartsWith(String column, String prefix) implements Filter {}

  /** At least one of these. */
  record AnyOf(List<Filter> filters) implements Filter {
    public AnyOf {
      filters = atLeastOne(filters);
    }
  }

  /** All of these. */
  record AllOf(List<Filter> filters) implements Filter {
    public AllOf {
      filters = atLeastOne(filters);
    }
  }

  static Filter eq(String column, String value) {
    return new Compare(column, Comparison.EQ, value);
  }

  private static List<Filter> atLeastOne(List<Filter> filters) {
    if (filters.isEmpty()) {
      throw new IllegalArgumentException("a group without a filter (expected: at least one)");
    }
    return List.copyOf(filters);
  }
}
