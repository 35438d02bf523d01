package dev.metaops.orders;

import dev.metaops.postgrest.Postgrest;
import dev.metaops.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Looks at a table we did not make, as far as looking helps to configure it. Writes nothing. */
public final class TableSurveyor {
  /** Enough rows to see what a column holds; one page of Supabase's REST door. */
  private static final int MOST_ROWS = 500;

  /** A table with more words than this has no column of states. */
  private static final int MOST_WORDS = 40;

  private final Function<TableMap, RowSource> door;

  private TableSurveyor(Function<TableMap, RowSource> door) {
    this.door = door;
  }

  /** How hard words for a state are looked for. */
  public enum Words {
    /** In the newest rows. */
    OF_THE_NEWEST,
    /** In every row: a question for each word, the last of which reads the whole table. */
    ALL
  }

  /** Over SQL; the connection stays the caller's. */
  public static TableSurveyor over(Connection connection) {
    return new TableSurveyor(map -> new TableStore(connection, map.schema(), map.table()));
  }

  /** Over Supabase's REST door; every question ends by the deadline. */
  public static TableSurveyor over(Postgrest rest, Deadline deadline) {
    return new TableSurveyor(map -> new RestRows(rest, map.table(), deadline));
  }

  /** The tables there are, by name with schema, and their columns. */
  public Map<String, Set<String>> tables(TableMap map) throws SQLException {
    return door.apply(map).tables();
  }

  /**
   * Those of the tables that could hold orders, most columns of an order first.
   *
   * @param tables columns by name
   */
  public static List<String> candidates(TableMap map, Map<String, Set<String>> tables) {
    return tables.entrySet().stream()
        .filter(table -> isFit(map, table.getValue()))
        .sorted(
            java.util.Comparator.comparingInt(
                    (Map.Entry<String, Set<String>> table) -> -map.found(table.getValue()).size())
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean isFit(TableMap map, Set<String> columns) {
    Set<Column> found = map.found(columns).keySet();
    return found.contains(Column.ID)
        && found.contains(Column.STATE)
        && (found.contains(Column.CREATED_AT) || found.contains(Column.UPDATED_AT))
        && (found.contains(Column.AMOUNT)
            || found.contains(Column.BUYER)
            || found.contains(Column.ESCROW_KEY));
  }

  /** Looks at the table. A door that does not open travels as {@link SQLException}. */
  public TableSurvey look(TableMap map, Words wanted) throws SQLException {
    RowSource source = door.apply(map);
    Set<String> columns = source.columns();
    Map<Column, String> said = map.found(columns);
    String id = said.getOrDefault(Column.ID, columns.stream().findFirst().orElse("id"));
    List<JsonNode> newest = newest(source, said, id);
    return new TableSurvey(
        map,
        List.copyOf(columns),
        said,
        unfit(map, columns),
        words(source, said, id, newest, wanted),
        newest,
        source.sight());
  }

  private static Optional<String> unfit(TableMap map, Set<String> columns) {
    try {
      map.resolve(columns);
      return Optional.empty();
    } catch (TableUnfit unfit) {
      return Optional.of(String.valueOf(unfit.getMessage()));
    }
  }

  private static List<JsonNode> newest(RowSource source, Map<Column, String> said, String id)
      throws SQLException {
    RowQuery query = RowQuery.where(MOST_ROWS);
    Optional<String> changed =
        Optional.ofNullable(said.get(Column.UPDATED_AT))
            .or(() -> Optional.ofNullable(said.get(Column.CREATED_AT)));
    return source.rows(changed.map(query::newestFirst).orElse(query), id);
  }

  private static List<String> words(
      RowSource source, Map<Column, String> said, String id, List<JsonNode> newest, Words wanted)
      throws SQLException {
    String state = said.get(Column.STATE);
    if (state == null) {
      return List.of();
    }
    Set<String> words = new TreeSet<>();
    newest.forEach(row -> add(row, state, words));
    int before = -1;
    while (wanted == Words.ALL
        && !words.isEmpty()
        && words.size() > before
        && words.size() < MOST_WORDS) {
      before = words.size();
      List<String> seen = new ArrayList<>(words);
      source
          .rows(RowQuery.where(1, new RowQuery.Condition.NoneOf(state, seen)), id)
          .forEach(row -> add(row, state, words));
    }
    return List.copyOf(words);
  }

  private static void add(JsonNode row, String state, Set<String> words) {
    JsonNode value = row.path(state);
    if (value.isValueNode() && !value.isNull() && !value.asString().isBlank()) {
      words.add(value.asString());
    }
  }
}
