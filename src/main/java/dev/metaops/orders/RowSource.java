package dev.metaops.orders;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A door to a table we did not make: it is read, and nothing of it is changed. A door that gives no
 * rows says so by {@link SQLException}, whose message is for people. Not thread-safe.
 */
public interface RowSource extends AutoCloseable {
  /** The tables it shows, by name with schema, and their columns; the first 500. */
  Map<String, Set<String>> tables() throws SQLException;

  /** The columns the table has, in its order; empty when an empty table behind REST cannot say. */
  Set<String> columns() throws SQLException;

  /** The words an enumerated column allows, empty for any other. */
  Set<String> words(String column) throws SQLException;

  /** Each row as an object of its columns, none lost or doubled on the way. */
  List<JsonNode> rows(RowQuery query, String id) throws SQLException;

  /** The door's own clock, empty when it has none to ask. */
  Optional<Instant> now() throws SQLException;

  /** Whether rows may be hidden from us. */
  Sight sight() throws SQLException;

  @Override
  void close() throws SQLException;
}
