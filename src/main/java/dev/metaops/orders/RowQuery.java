package dev.metaops.orders;

import java.time.Instant;
import java.util.List;

/**
 * A question to a table, the same through every door. Columns are the table's own names.
 *
 * @param conditions all of which hold
 * @param newestFirst a time column to go by, empty for the order of ids
 * @param most how many rows at most, from 1
 */
record RowQuery(List<Condition> conditions, List<String> newestFirst, int most) {
  RowQuery {
    conditions = List.copyOf(conditions);
    newestFirst = List.copyOf(newestFirst);
  }

  static RowQuery where(int most, Condition... conditions) {
    return new RowQuery(List.of(conditions), List.of(), most);
  }

  RowQuery newestFirst(String column) {
    return new RowQuery(conditions, List.of(column), most);
  }

  /** Whether it looks rows up by values that may be none of the column's type. */
  boolean isLookup() {
    return conditions.stream()
        .noneMatch(condition ->
            condition instanceof Condition.Says || condition instanceof Condition.NoneOf);
  }

  /** What a row has to be. */
  sealed interface Condition {
    /** Its text is one of these; of none, no row. */
    record OneOf(String column, List<String> values) implements Condition {
      public OneOf {
        values = List.copyOf(values);
      }
    }

    /**
     * Its word for a state is one of these. Unlike a value somebody asked for, a word the column's
     * type does not know is a failure: taking it for "no row" would hide every row.
     */
    record Says(String column, List<String> words) implements Condition {
      public Says {
        words = List.copyOf(words);
      }
    }

    /** Its word for a state is none of these; a word its type does not know is a failure too. */
    record NoneOf(String column, List<String> values) implements Condition {
      public NoneOf {
        values = List.copyOf(values);
      }
    }

    /** Its time is this or later. */
    record Since(String column, Instant moment) implements Condition {}

    /** Its text begins so. */
    record Begins(String column, String prefix) implements Condition {}
  }
}
