package dev.metaops.postgrest;

import dev.metaops.postgrest.Filter.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An order in which every row has its own place, so that one can go on after any row.
 *
 * @param order the last column is unique and always has a value; those before it need neither
 */
public record Keyset(List<Order> order) {
  public Keyset {
    order = List.copyOf(order);
    if (order.isEmpty()) {
      throw new IllegalArgumentException("no column to page by (expected: at least a unique one)");
    }
  }

  public static Keyset of(Order... order) {
    return new Keyset(List.of(order));
  }

  List<String> columns() {
    return order.stream().map(Order::column).toList();
  }

  /**
   * Where a row stands: its values in these columns, as PostgreSQL spelled them.
   *
   * @throws IllegalArgumentException when the row lacks one of the columns
   */
  List<Optional<String>> place(JsonNode row) {
    List<Optional<String>> values = new ArrayList<>();
    for (Order by : order) {
      JsonNode value = row.path(by.column());
      if (value.isMissingNode() || value.isContainer()) {
        throw new IllegalArgumentException("a row without a plain value in " + by.column());
      }
      values.add(
          value.isNull()
              ? Optional.empty()
              : Optional.of(value.isString() ? value.stringValue() : value.toString()));
    }
    if (values.getLast().isEmpty()) {
      throw new IllegalArgumentException("a row without a value in " + order.getLast().column());
    }
    return values;
  }

  /** All rows behind this place. */
  Filter after(List<Optional<String>> place) {
    return after(place, 0);
  }

  private Filter after(List<Optional<String>> place, int at) {
    Order by = order.get(at);
    Optional<String> value = place.get(at);
    if (at == order.size() - 1) {
      return new Filter.Compare(by.column(), beyond(by), value.orElseThrow());
    }
    Filter behindAmongEqual = after(place, at + 1);
    return value
        .<Filter>map(here ->
            new Filter.AnyOf(
                List.of(
                    new Filter.Compare(by.column(), beyond(by), here),
                    new Filter.IsNull(by.column()),
                    new Filter.AllOf(List.of(Filter.eq(by.column(), here), behindAmongEqual)))))
        .orElseGet(
            () -> new Filter.AllOf(List.of(new Filter.IsNull(by.column()), behindAmongEqual)));
  }

  private static Comparison beyond(Order by) {
    return switch (by.direction()) {
      case ASCENDING -> Comparison.GT;
      case DESCENDING -> Comparison.LT;
    };
  }
}
