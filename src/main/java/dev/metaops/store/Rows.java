package dev.metaops.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Prepared statements with their parameters in a row and a lambda for each row that comes back.
 * Parameters go as the driver takes them, and besides: an {@link Instant} as timestamptz, a {@code
 * String[]} as text[], a {@code Long[]} as bigint[].
 */
public final class Rows {
  private Rows() {}

  /** Reads one row; called with the cursor on it. */
  @FunctionalInterface
  public interface Mapper<T> {
    T from(ResultSet row) throws SQLException;
  }

  /** All rows; the statement's own LIMIT is the bound. */
  public static <T> List<T> list(
      Connection connection, String sql, Mapper<T> mapper, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepared(connection, sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      List<T> found = new ArrayList<>();
      while (rows.next()) {
        found.add(mapper.from(rows));
      }
      return found;
    }
  }

  /** The first row, if there is one. */
  public static <T> Optional<T> first(
      Connection connection, String sql, Mapper<T> mapper, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepared(connection, sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? Optional.of(mapper.from(rows)) : Optional.empty();
    }
  }

  /**
   * The first row of a statement that always has one: a function call, an aggregate.
   *
   * @throws SQLException with state 02000 when there is none after all
   */
  public static <T> T one(
      Connection connection, String sql, Mapper<T> mapper, @Nullable Object... parameters)
      throws SQLException {
    return first(connection, sql, mapper, parameters)
        .orElseThrow(() -> new SQLException("no row (expected: one) from: " + sql, "02000"));
  }

  /** How many rows changed; 0 for a statement that counts none. */
  public static int execute(Connection connection, String sql, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepared(connection, sql, parameters)) {
      return statement.execute() ? 0 : Math.max(0, statement.getUpdateCount());
    }
  }

  /** A timestamptz column that is never null. */
  public static Instant instant(ResultSet row, String column) throws SQLException {
    return maybeInstant(row, column)
        .orElseThrow(() -> new SQLException(column + ": null (expected: a time)", "22004"));
  }

  public static Optional<Instant> maybeInstant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  private static PreparedStatement prepared(
      Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      for (int i = 0; i < parameters.length; i++) {
        bind(connection, statement, i + 1, parameters[i]);
      }
      return statement;
    } catch (SQLException refused) {
      statement.close();
      throw refused;
    }
  }

  private static void bind(
      Connection connection, PreparedStatement statement, int index, @Nullable Object value)
      throws SQLException {
    switch (value) {
      case Instant instant -> statement.setObject(index, instant.atOffset(ZoneOffset.UTC));
      case String[] texts -> statement.setArray(index, connection.createArrayOf("text", texts));
      case Long[] numbers -> statement.setArray(index, connection.createArrayOf("bigint", numbers));
      case null, default -> statement.setObject(index, value);
    }
  }
}
