package dev.metaops.orders;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A table over SQL, each row as JSON: any types, and none of our schema beside it. */
final class TableStore implements RowSource {
  /** A value that is none of the column's type names no row. */
  private static final String NOT_OF_THE_TYPE = "22P02";

  private static final Set<String> COMPARED_AS_THEY_ARE =
      Set.of("text", "uuid", "bigint", "integer", "smallint", "numeric");

  /** An amount is exact however long it is. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final Connection connection;
  private final String schema;
  private final String table;
  private Map<String, String> types = Map.of();

  TableStore(Connection connection, String schema, String table) {
    this.connection = connection;
    this.schema = schema;
    this.table = table;
  }

  @Override
  public Map<String, Set<String>> tables() throws SQLException {
    try (var statement =
            connection.prepareStatement(
                """
                SELECT n.nspname || '.' || c.relname,
                  array_agg(a.attname::text ORDER BY a.attnum)
                FROM pg_catalog.pg_attribute a
                JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
                  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'metaops')
                GROUP BY 1 ORDER BY 1 LIMIT 500\
                """);
        var rows = statement.executeQuery()) {
      Map<String, Set<String>> tables = new LinkedHashMap<>();
      while (rows.next()) {
        tables.put(
            rows.getString(1),
            new LinkedHashSet<>(List.of((String[]) rows.getArray(2).getArray())));
      }
      return tables;
    }
  }

  @Override
  public Set<String> columns() throws SQLException {
    return types().keySet();
  }

  /**
   * Each column's type as PostgreSQL calls it, a domain's the one below it, in the table's order.
   */
  private Map<String, String> types() throws SQLException {
    if (!types.isEmpty()) {
      return types;
    }
    Map<String, String> found = new LinkedHashMap<>();
    try (var statement =
        connection.prepareStatement(
            """
            SELECT a.attname, pg_catalog.format_type(
              CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END, NULL)
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped
              AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
            ORDER BY a.attnum\
            """)) {
      statement.setString(1, schema);
      statement.setString(2, table);
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          found.put(rows.getString(1), rows.getString(2));
        }
      }
    }
    if (found.isEmpty()) {
      throw new TableUnfit(
          "this database has no table " + schema + "." + table + " (orders.table names it)");
    }
    types = found;
    return found;
  }

  @Override
  public Set<String> words(String column) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT e.enumlabel FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            JOIN pg_catalog.pg_enum e
              ON e.enumtypid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
            WHERE n.nspname = ? AND c.relname = ? AND a.attname = ? ORDER BY e.enumsortorder\
            """)) {
      statement.setString(1, schema);
      statement.setString(2, table);
      statement.setString(3, column);
      Set<String> words = new LinkedHashSet<>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          words.add(rows.getString(1));
        }
      }
      return words;
    }
  }

  @Override
  public List<JsonNode> rows(RowQuery query, String id) throws SQLException {
    List<Object> values = new ArrayList<>();
    List<String> conditions = new ArrayList<>();
    for (RowQuery.Condition condition : query.conditions()) {
      conditions.add(sql(condition, values));
    }
    String order =
        query.newestFirst().stream()
            .map(column -> "o." + quoted(column) + " DESC NULLS LAST, ")
            .collect(Collectors.joining());
    String sql =
        "SELECT to_jsonb(o) FROM "
            + quoted(schema)
            + "."
            + quoted(table)
            + " o WHERE "
            + (conditions.isEmpty() ? "true" : String.join(" AND ", conditions))
            + " ORDER BY "
            + order
            + "o."
            + quoted(id)
            + " LIMIT "
            + query.most();
    try (var statement = connection.prepareStatement(sql)) {
      for (int at = 0; at < values.size(); at++) {
        switch (values.get(at)) {
          case String[] texts ->
              statement.setArray(at + 1, connection.createArrayOf("text", texts));
          case Instant moment -> statement.setObject(at + 1, moment.atOffset(ZoneOffset.UTC));
          case Object other -> statement.setObject(at + 1, other);
        }
      }
      List<JsonNode> found = new ArrayList<>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(JSON.readTree(rows.getString(1)));
        }
      }
      return found;
    } catch (JacksonException unreadable) {
      throw new SQLException("a row that is no JSON: " + unreadable.getOriginalMessage());
    } catch (SQLException refused) {
      if (NOT_OF_THE_TYPE.equals(refused.getSQLState()) && query.isLookup()) {
        return List.of();
      }
      throw refused;
    }
  }

  private String sql(RowQuery.Condition condition, List<Object> values) throws SQLException {
    return switch (condition) {
      case RowQuery.Condition.OneOf(String column, List<String> texts) -> {
        values.add(texts.toArray(String[]::new));
        String type = types().getOrDefault(column, "text");
        yield COMPARED_AS_THEY_ARE.contains(type)
            ? "o." + quoted(column) + " = ANY (CAST(? AS " + type + "[]))"
            : "o." + quoted(column) + "::text = ANY (?)";
      }
      case RowQuery.Condition.Says(String column, List<String> words) -> {
        values.add(words.toArray(String[]::new));
        yield "o." + quoted(column) + "::text = ANY (?)";
      }
      case RowQuery.Condition.NoneOf(String column, List<String> texts) -> {
        values.add(texts.toArray(String[]::new));
        yield "(o." + quoted(column) + "::text <> ALL (?)) IS NOT FALSE";
      }
      case RowQuery.Condition.Since(String column, Instant moment) -> {
        values.add(moment);
        // A column without a zone is taken for UTC.
        yield types().getOrDefault(column, "").equals("timestamp without time zone")
            ? "o." + quoted(column) + " >= (? AT TIME ZONE 'UTC')"
            : "o." + quoted(column) + " >= ?";
      }
      case RowQuery.Condition.Begins(String column, String prefix) -> {
        values.add(prefix);
        yield "starts_with(o." + quoted(column) + "::text, ?)";
      }
    };
  }

  @Override
  public Optional<Instant> now() throws SQLException {
    try (var statement = connection.prepareStatement("SELECT clock_timestamp()");
        var rows = statement.executeQuery()) {
      rows.next();
      return Optional.of(rows.getTimestamp(1).toInstant());
    }
  }

  @Override
  public Sight sight() throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT pg_catalog.row_security_active(CAST(? AS regclass)), current_user")) {
      statement.setString(1, quoted(schema) + "." + quoted(table));
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getBoolean(1)
            ? new Sight.Partial(
                "row-level security of "
                    + schema
                    + "."
                    + table
                    + " applies to the login "
                    + rows.getString(2)
                    + ", which may see none or some of the rows")
            : new Sight.Whole();
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
