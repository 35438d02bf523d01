package dev.metaops.connection;

import dev.metaops.store.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The smallest questions there are. */
final class TableStore {
  private final Connection connection;

  TableStore(Connection connection) {
    this.connection = connection;
  }

  /**
   * Whether the table shows a row; true without a table. In the caller's transaction, which may
   * write nothing afterwards.
   *
   * @param table schema and name, as the configuration accepts them
   */
  boolean anyRow(Optional<String> table) throws SQLException {
    Rows.execute(connection, "SET TRANSACTION READ ONLY");
    boolean answered = Rows.first(connection, "SELECT 1", row -> row.getInt(1)).isPresent();
    return table.isEmpty()
        ? answered
        : Rows.first(
                connection,
                "SELECT 1 FROM " + quoted(table.get()) + " LIMIT 1",
                row -> row.getInt(1))
            .isPresent();
  }

  private static String quoted(String table) {
    return Arrays.stream(table.split("\\.", -1))
        .map(part -> '"' + part.replace("\"", "\"\"") + '"')
        .collect(Collectors.joining("."));
  }
}
