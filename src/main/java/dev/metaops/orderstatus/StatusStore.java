package dev.metaops.orderstatus;

import dev.metaops.store.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Orders and their moves, as the schema of the orders database keeps them. Not thread-safe. */
final class StatusStore {
  /**
   * The server, its line of history, and whether it came back from a backup since. A standby that
   * was promoted has its new line at once where it writes its log, but only minutes later in its
   * last checkpoint.
   */
  private static final String EPOCH =
      """
      (SELECT left(md5(concat_ws(' ', (SELECT system_identifier FROM pg_control_system()),
        left(pg_walfile_name(pg_current_wal_lsn()), 8),
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        (SELECT string_agg(w.id, ' ' ORDER BY w.id) FROM metaops.went_back w))), 8)) AS epoch\
      """;

  /** Ours and everybody else's; each has a number that the other has not. */
  private static final String MOVES =
      """
      (SELECT c.id, c.xid, c.order_id, c.from_state, c.to_state, c.at
        FROM metaops.order_change c WHERE %1$s
      UNION ALL
      SELECT c.id, c.xid, c.order_id, c.from_state, c.to_state, c.at
        FROM metaops.order_edit c WHERE %1$s)\
      """;

  private static final String PRESENT =
      """
      SELECT o.state, o.state_since, s.chain_state, s.finality, s.version, m.id, m.xid,
        clock_timestamp() AS now, %s
      FROM public.orders o
      LEFT JOIN metaops.order_status s ON s.order_id = o.id
      LEFT JOIN LATERAL (SELECT n.id, n.xid FROM %s n ORDER BY n.id DESC LIMIT 1) m ON true
      WHERE o.id = ?\
      """
          .formatted(EPOCH, MOVES.formatted("c.order_id = o.id"));

  private static final String AFTER =
      "SELECT * FROM "
          + MOVES.formatted("c.order_id = ? AND c.id > ?")
          + " m ORDER BY m.id LIMIT ?";

  private static final String IS_MOVE =
      "SELECT 1 FROM "
          + MOVES.formatted(
              "c.order_id = ? AND c.id = ? AND c.xid = ?::text::xid8 AND c.to_state IS NOT NULL")
          + " m";

  /** What its own snapshot sees and the one before did not, beside that snapshot. */
  private static final String NEWLY =
      """
      SELECT pg_current_snapshot()::text AS snapshot, m.*
      FROM (VALUES (1)) AS one (row) LEFT JOIN
      """
          + MOVES.formatted(
              "(c.xid >= ?::text::xid8 OR c.xid = ANY (?::text[]::xid8[]))"
                  + " AND c.xid < pg_snapshot_xmax(pg_current_snapshot())")
          + " m ON true ORDER BY m.id";

  private static final int ROWS_AT_ONCE = 500;

  private final Connection connection;

  StatusStore(Connection connection) {
    this.connection = connection;
  }

  /** Which history of which database this is. */
  String epoch() throws SQLException {
    return Rows.one(connection, "SELECT " + EPOCH, row -> row.getString("epoch"));
  }

  /** Whether its rows are a copy, which says so itself. */
  boolean isCopy() throws SQLException {
    return Rows.one(
        connection,
        "SELECT to_regclass('metaops.mirror') IS NOT NULL AS copy",
        row -> row.getBoolean("copy"));
  }

  /** When the copy was last as the venue's table. */
  Optional<Instant> copiedAt() throws SQLException {
    return Rows.one(
        connection,
        "SELECT copied_at FROM metaops.mirror",
        row -> Rows.maybeInstant(row, "copied_at"));
  }

  /** One order as it is now. */
  Optional<Present> present(String order) throws SQLException {
    return Rows.first(connection, PRESENT, row -> present(order, row), order);
  }

  private static Present present(String order, ResultSet row) throws SQLException {
    Optional<String> onChain = Optional.ofNullable(row.getString("chain_state"));
    String finality = row.getString("finality");
    long version = row.getLong("version");
    return new Present(
        order,
        row.getString("state"),
        Rows.instant(row, "state_since"),
        onChain.map(state -> new Present.OnChain(state, finality, version)),
        Rows.instant(row, "now"),
        new Position(row.getString("epoch"), row.getLong("xid"), row.getLong("id")));
  }

  /** Moves of an order after this one, in their order. */
  List<Move> after(String order, long id, int most) throws SQLException {
    return Rows.list(connection, AFTER, StatusStore::move, order, id, order, id, most);
  }

  /**
   * Whether the order made that move, and was there after it; true before its first. Who heard that
   * it was gone, and finds it again, does not know where it stands.
   */
  boolean holds(String order, Position position) throws SQLException {
    String transaction = Long.toString(position.transaction());
    return position.id() == 0
        || Rows.first(
                connection,
                IS_MOVE,
                row -> row.getInt(1),
                order,
                position.id(),
                transaction,
                order,
                position.id(),
                transaction)
            .isPresent();
  }

  /** What a look sees that begins now. */
  Horizon horizon() throws SQLException {
    return Horizon.parse(
        Rows.one(
            connection,
            "SELECT pg_current_snapshot()::text AS snapshot",
            row -> row.getString("snapshot")));
  }

  /**
   * Every move that is committed now and was not when somebody looked last, those of one order in
   * their order; and what this look saw. Needs a transaction: few rows are held at a time.
   */
  Horizon since(Horizon last, Consumer<Move> told) throws SQLException {
    String next = Long.toString(last.next());
    Object running =
        connection.createArrayOf(
            "text", last.running().stream().map(String::valueOf).toArray(String[]::new));
    try (PreparedStatement statement = connection.prepareStatement(NEWLY)) {
      statement.setFetchSize(ROWS_AT_ONCE);
      for (int at = 1; at <= 4; at += 2) {
        statement.setObject(at, next);
        statement.setObject(at + 1, running);
      }
      try (ResultSet rows = statement.executeQuery()) {
        Horizon horizon = last;
        while (rows.next()) {
          horizon = Horizon.parse(rows.getString("snapshot"));
          if (rows.getLong("id") > 0) {
            told.accept(move(rows));
          }
        }
        return horizon;
      }
    }
  }

  private static Move move(ResultSet row) throws SQLException {
    return new Move(
        row.getString("order_id"),
        Optional.ofNullable(row.getString("from_state")),
        Optional.ofNullable(row.getString("to_state")),
        Rows.instant(row, "at"),
        row.getLong("xid"),
        row.getLong("id"));
  }
}
