package dev.metaops.postgrest;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;

/**
 * A question for rows of one table or view.
 *
 * @param columns empty: all
 * @param filters all of them hold
 * @param limit the server may have a lower one and keeps it without a word (db-max-rows, 1,000 at
 *     Supabase)
 */
public record Select(
    String table,
    List<String> columns,
    List<Filter> filters,
    List<Order> order,
    OptionalInt limit) {
  public Select {
    columns = List.copyOf(columns);
    filters = List.copyOf(filters);
    order = List.copyOf(order);
    if (table.isEmpty() || limit.orElse(0) < 0) {
      throw new IllegalArgumentException(
          "table " + table + ", limit " + limit + " (expected: a name, and at least 0)");
    }
  }

  /** Every column of every row, in no order. */
  public static Select from(String table) {
    return new Select(table, List.of(), List.of(), List.of(), OptionalInt.empty());
  }

  public Select columns(String... names) {
    return new Select(table, List.of(names), filters, order, limit);
  }

  /** Only rows for which this holds too. */
  public Select where(Filter filter) {
    List<Filter> more = new ArrayList<>(filters);
    more.add(filter);
    return new Select(table, columns, more, order, limit);
  }

  public Select orderBy(List<Order> by) {
    return new Select(table, columns, filters, by, limit);
  }

  public Select limit(int most) {
    return new Select(table, columns, filters, order, OptionalInt.of(most));
  }

  /** With these columns beside those asked for. */
  Select including(List<String> needed) {
    if (columns.isEmpty()) {
      return this;
    }
    LinkedHashSet<String> all = new LinkedHashSet<>(columns);
    all.addAll(needed);
    return new Select(table, List.copyOf(all), filters, order, limit);
  }
}
