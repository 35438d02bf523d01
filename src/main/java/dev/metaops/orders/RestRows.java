package dev.metaops.orders;

import dev.metaops.postgrest.Column;
import dev.metaops.postgrest.Filter;
import dev.metaops.postgrest.Keyset;
import dev.metaops.postgrest.Order;
import dev.metaops.postgrest.Paged;
import dev.metaops.postgrest.Postgrest;
import dev.metaops.postgrest.PostgrestFailure;
import dev.metaops.postgrest.PostgrestUnavailable;
import dev.metaops.postgrest.Select;
import dev.metaops.postgrest.TableShape;
import dev.metaops.postgrest.Visibility;
import dev.metaops.time.Deadline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** A table over Supabase's REST door. */
final class RestRows implements RowSource {
  /** Ids of a request: its URL has to stay below what gateways take. */
  private static final int VALUES_AT_ONCE = 60;

  private static final int MOST_TABLES = 500;

  /** No value of the column's type, and no comparison with text for it. */
  private static final Set<String> NOT_OF_THE_TYPE = Set.of("22P02", "42883");

  private final Postgrest door;
  private final String table;
  private final Deadline deadline;
  private Optional<TableShape> shape = Optional.empty();

  /** Every question of this door ends by the deadline. */
  RestRows(Postgrest door, String table, Deadline deadline) {
    this.door = door;
    this.table = table;
    this.deadline = deadline;
  }

  /** Those of its schema, to a key that may read the description. */
  @Override
  public Map<String, Set<String>> tables() throws DoorShut {
    Map<String, Set<String>> tables = new LinkedHashMap<>();
    asked(() -> door.tables(deadline))
        .forEach((name, columns) -> {
          if (tables.size() < MOST_TABLES) {
            Set<String> names = new LinkedHashSet<>();
            columns.forEach(column -> names.add(column.name()));
            tables.put(door.schema() + "." + name, names);
          }
        });
    return tables;
  }

  @Override
  public Set<String> columns() throws DoorShut {
    return switch (shape()) {
      case TableShape.Described(List<Column> columns) -> {
        Set<String> names = new LinkedHashSet<>();
        columns.forEach(column -> names.add(column.name()));
        yield names;
      }
      case TableShape.SeenInARow(List<String> names, PostgrestFailure _) ->
          new LinkedHashSet<>(names);
      case TableShape.Hidden _ -> Set.of();
    };
  }

  @Override
  public Set<String> words(String column) throws DoorShut {
    return shape() instanceof TableShape.Described(List<Column> columns)
        ? columns.stream()
            .filter(each -> each.name().equals(column))
            .findFirst()
            .<Set<String>>map(each -> new LinkedHashSet<>(each.values()))
            .orElse(Set.of())
        : Set.of();
  }

  private TableShape shape() throws DoorShut {
    if (shape.isEmpty()) {
      shape = Optional.of(asked(() -> door.columns(table, deadline)));
    }
    return shape.get();
  }

  @Override
  public List<JsonNode> rows(RowQuery query, String id) throws DoorShut {
    List<JsonNode> rows = new ArrayList<>();
    for (RowQuery part : inParts(query)) {
      rows.addAll(part(part, id));
    }
    return rows.subList(0, Math.min(rows.size(), query.most()));
  }

  /** One question for each so many values. */
  private static List<RowQuery> inParts(RowQuery query) {
    for (RowQuery.Condition condition : query.conditions()) {
      if (condition instanceof RowQuery.Condition.OneOf(String column, List<String> values)
          && values.size() > VALUES_AT_ONCE) {
        List<RowQuery> parts = new ArrayList<>();
        for (int from = 0; from < values.size(); from += VALUES_AT_ONCE) {
          List<RowQuery.Condition> conditions = new ArrayList<>(query.conditions());
          conditions.remove(condition);
          conditions.add(
              new RowQuery.Condition.OneOf(
                  column, values.subList(from, Math.min(values.size(), from + VALUES_AT_ONCE))));
          parts.add(new RowQuery(conditions, query.newestFirst(), query.most()));
        }
        return parts;
      }
    }
    return List.of(query);
  }

  private List<JsonNode> part(RowQuery query, String id) throws DoorShut {
    Select select = Select.from(table);
    for (RowQuery.Condition condition : query.conditions()) {
      select = select.where(filter(condition));
    }
    List<Order> order = new ArrayList<>();
    query.newestFirst().forEach(column -> order.add(Order.descending(column)));
    order.add(Order.ascending(id));
    Select all = select;
    Paged paged;
    try {
      paged = door.page(all, new Keyset(order), query.most(), deadline);
    } catch (PostgrestUnavailable refused) {
      if (refused.failure() instanceof PostgrestFailure.QuestionRefused(String code, String _)
          && NOT_OF_THE_TYPE.contains(code)
          && query.isLookup()) {
        return List.of(); // such a value names no row
      }
      throw new DoorShut(refused);
    }
    return switch (paged.end()) {
      case Paged.End.Complete(), Paged.End.Cut() -> paged.rows();
      case Paged.End.Broken(PostgrestFailure failure) ->
          throw new DoorShut(new PostgrestUnavailable(door.place(), failure));
    };
  }

  private static Filter filter(RowQuery.Condition condition) {
    return switch (condition) {
      case RowQuery.Condition.OneOf(String column, List<String> values) ->
          new Filter.OneOf(column, values);
      case RowQuery.Condition.Says(String column, List<String> words) ->
          new Filter.OneOf(column, words);
      case RowQuery.Condition.NoneOf(String column, List<String> values) ->
          new Filter.AnyOf(List.of(new Filter.NoneOf(column, values), new Filter.IsNull(column)));
      case RowQuery.Condition.Since(String column, Instant moment) ->
          new Filter.Compare(column, Filter.Comparison.GTE, moment.toString());
      case RowQuery.Condition.Begins(String column, String prefix) ->
          new Filter.StartsWith(column, prefix);
    };
  }

  private static <T> T asked(Supplier<T> question) throws DoorShut {
    try {
      return question.get();
    } catch (PostgrestUnavailable failed) {
      throw new DoorShut(failed);
    }
  }

  /** PostgREST has no clock to ask without a function of ours. */
  @Override
  public Optional<Instant> now() {
    return Optional.empty();
  }

  @Override
  public Sight sight() {
    return switch (door.visibility()) {
      case Visibility.SeesAll _ -> new Sight.Whole();
      case Visibility.CannotTell(String why) -> new Sight.Partial(why);
    };
  }

  @Override
  public void close() {}
}
