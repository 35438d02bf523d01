package dev.metaops.orders;

import dev.metaops.chain.Address;
import dev.metaops.order.OrderState;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a venue's own table is read: which column says what, and what its words mean.
 *
 * @param schema the table's schema, {@code public} unless said
 * @param columns names that were given; every other one is looked for under its usual names
 * @param states what words mean that are no state's own name; compared without regard to case
 * @param contract the escrow contract of rows that name none
 * @param token the token of rows that name none
 * @param amountDecimals how many digits stand behind the point of an amount: 0 where the column
 *     holds base units, 18 where it holds whole coins
 * @param fundingWindow how long after its creation a row that does not say may be funded
 */
public record TableMap(
    String schema,
    String table,
    Map<Column, String> columns,
    Map<String, OrderState> states,
    KeyOf keys,
    Optional<Address> contract,
    Optional<Address> token,
    int amountDecimals,
    Duration fundingWindow) {

  public TableMap {
    columns = Map.copyOf(columns);
    states = Map.copyOf(states);
  }

  /** The name with its schema. */
  public String name() {
    return schema + "." + table;
  }

  /** The same of another table. */
  public TableMap of(String otherSchema, String otherTable) {
    return new TableMap(
        otherSchema,
        otherTable,
        columns,
        states,
        keys,
        contract,
        token,
        amountDecimals,
        fundingWindow);
  }

  /** The same with keys and amounts read in another way. */
  public TableMap reading(KeyOf otherKeys, int otherDecimals) {
    return new TableMap(
        schema, table, columns, states, otherKeys, contract, token, otherDecimals, fundingWindow);
  }

  /** Which of these columns says what, as far as any does. Refuses nothing. */
  public Map<Column, String> found(Set<String> present) {
    Map<Column, String> found = new EnumMap<>(Column.class);
    for (Column column : Column.values()) {
      Optional.ofNullable(columns.get(column))
          .filter(present::contains)
          .or(() -> column.usual().stream().filter(present::contains).findFirst())
          .ifPresent(name -> found.put(column, name));
    }
    return found;
  }

  /**
   * Which of these columns says what.
   *
   * @param present the columns the table has
   * @throws TableUnfit naming what was configured and is not there, or what nothing can do without
   */
  public Map<Column, String> resolve(Set<String> present) throws TableUnfit {
    if (present.isEmpty()) {
      return assumed();
    }
    Map<Column, String> found = new EnumMap<>(Column.class);
    for (Column column : Column.values()) {
      String given = columns.get(column);
      if (given != null && !present.contains(given)) {
        throw new TableUnfit(
            name()
                + " has no column "
                + given
                + ", which orders.columns."
                + column.key()
                + " names (it has: "
                + String.join(", ", present)
                + ")");
      }
      Optional.ofNullable(given)
          .or(() -> column.usual().stream().filter(present::contains).findFirst())
          .ifPresent(name -> found.put(column, name));
    }
    require(found, present, Column.ID);
    require(found, present, Column.STATE);
    if (!found.containsKey(Column.CREATED_AT)
        && !found.containsKey(Column.UPDATED_AT)
        && !found.containsKey(Column.STATE_SINCE)) {
      require(found, present, Column.CREATED_AT);
    }
    return found;
  }

  /** A table that shows neither rows nor columns is taken at its usual names. */
  private Map<Column, String> assumed() {
    Map<Column, String> names = new EnumMap<>(Column.class);
    for (Column column : List.of(Column.ID, Column.STATE, Column.CREATED_AT)) {
      names.put(column, columns.getOrDefault(column, column.usual().getFirst()));
    }
    return names;
  }

  private void require(Map<Column, String> found, Set<String> present, Column column)
      throws TableUnfit {
    if (!found.containsKey(column)) {
      throw new TableUnfit(
          name()
              + ": no column says its "
              + column.key()
              + " (looked for: "
              + String.join(", ", column.usual())
              + "; it has: "
              + String.join(", ", present)
              + "; set orders.columns."
              + column.key()
              + ")");
    }
  }

  /** What a word of the table means, empty when it is UNMAPPED. */
  public Optional<OrderState> state(String word) {
    return states.entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(word))
        .map(Map.Entry::getValue)
        .findFirst()
        .or(() -> OrderState.parse(word.toUpperCase(Locale.ROOT)));
  }

  /** Every word, in every usual spelling, that means one of these states. */
  public List<String> words(Set<OrderState> meant) {
    Set<String> words = new LinkedHashSet<>();
    Arrays.stream(OrderState.values())
        .filter(meant::contains)
        .map(Enum::name)
        .filter(name -> state(name).filter(meant::contains).isPresent())
        .forEach(name -> addSpellings(name, words));
    states.forEach((word, state) -> {
      if (meant.contains(state)) {
        addSpellings(word, words);
      }
    });
    return List.copyOf(words);
  }

  private static void addSpellings(String word, Set<String> words) {
    words.add(word);
    words.add(word.toUpperCase(Locale.ROOT));
    String small = word.toLowerCase(Locale.ROOT);
    words.add(small);
    words.add(small.substring(0, 1).toUpperCase(Locale.ROOT) + small.substring(1));
  }
}
