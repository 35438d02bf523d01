package dev.metaops.orders;

import dev.metaops.order.OrderState;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The copy of an observed table, in our own store beside the ledger: what the chain's events are
 * folded for. Not thread-safe.
 */
public final class MirrorStore {
  private static final String UPSERT =
      """
      INSERT INTO public.orders AS o (id, state, buyer, seller, token, amount, escrow_contract,
        escrow_key, fund_by, transaction_hash, created_at, updated_at, state_since)
      SELECT n.* FROM (VALUES (?, ?, ?, ?, ?, ?::numeric, ?, ?, ?::timestamptz, ?,
        ?::timestamptz, ?::timestamptz, ?::timestamptz)) AS n (id, state, buyer, seller, token,
        amount, escrow_contract, escrow_key, fund_by, transaction_hash, created_at, updated_at,
        state_since)
      WHERE NOT EXISTS (
        SELECT FROM metaops.order_status x
        WHERE x.escrow_key = decode(substr(n.escrow_key, 3), 'hex') AND x.order_id <> n.id)
      ON CONFLICT (id) DO UPDATE SET state = excluded.state, buyer = excluded.buyer,
        seller = excluded.seller, token = excluded.token, amount = excluded.amount,
        escrow_contract = excluded.escrow_contract, escrow_key = excluded.escrow_key,
        fund_by = excluded.fund_by, transaction_hash = excluded.transaction_hash,
        created_at = excluded.created_at, updated_at = excluded.updated_at,
        state_since = excluded.state_since\
      """;

  private final Connection connection;

  public MirrorStore(Connection connection) {
    this.connection = connection;
  }

  /**
   * Whether installing the copy here would touch a table that is not ours: somebody's own
   * public.orders.
   */
  public boolean isSomebodyElses() throws SQLException {
    try (var statement =
            connection.prepareStatement(
                "SELECT to_regclass('public.orders') IS NOT NULL"
                    + " AND to_regclass('metaops.mirror') IS NULL");
        var rows = statement.executeQuery()) {
      rows.next();
      return rows.getBoolean(1);
    }
  }

  /** How old the copy is; empty when there is none, or it was never whole. */
  public Optional<Duration> age() throws SQLException {
    try (var statement =
            connection.prepareStatement("SELECT clock_timestamp(), copied_at FROM metaops.mirror");
        var rows = statement.executeQuery()) {
      rows.next();
      Instant now = rows.getTimestamp(1).toInstant();
      @Nullable Timestamp copied = rows.getTimestamp(2);
      return Optional.ofNullable(copied).map(at -> Duration.between(at.toInstant(), now));
    }
  }

  /** The copied orders that had not ended. */
  public Set<String> openIds() throws SQLException {
    try (var statement =
            connection.prepareStatement(
                "SELECT o.id FROM public.orders o"
                    + " WHERE o.state NOT IN ('SETTLED', 'REFUNDED', 'CANCELLED')");
        var rows = statement.executeQuery()) {
      Set<String> ids = new HashSet<>();
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
      return ids;
    }
  }

  /** Writes rows as they are now; those without a key name no escrow and are left out. */
  public void write(Collection<OrderRow> orders) throws SQLException {
    try (var statement = connection.prepareStatement(UPSERT)) {
      int waiting = 0;
      for (OrderRow row : orders) {
        if (row.terms().key().isPresent() && row.doubts().isEmpty()) {
          bind(statement, row);
          statement.addBatch();
          waiting++;
        }
        if (waiting == 500) {
          statement.executeBatch();
          waiting = 0;
        }
      }
      if (waiting > 0) {
        statement.executeBatch();
      }
    }
  }

  private static void bind(PreparedStatement statement, OrderRow row) throws SQLException {
    statement.setString(1, row.id());
    statement.setString(2, row.known().map(OrderState::name).orElse(row.state()));
    statement.setString(3, text(row.terms().buyer()));
    statement.setString(4, text(row.terms().seller()));
    statement.setString(5, text(row.terms().token()));
    if (row.terms().amount().isPresent()) {
      statement.setBigDecimal(6, new BigDecimal(row.terms().amount().get()));
    } else {
      statement.setNull(6, Types.NUMERIC);
    }
    statement.setString(7, text(row.terms().contract()));
    statement.setString(8, text(row.terms().key()));
    statement.setTimestamp(9, Timestamp.from(row.fundBy()));
    statement.setString(10, text(row.transaction()));
    statement.setTimestamp(11, Timestamp.from(row.createdAt()));
    statement.setTimestamp(12, Timestamp.from(row.updatedAt()));
    statement.setTimestamp(13, Timestamp.from(row.stateSince()));
  }

  private static @Nullable String text(Optional<?> part) {
    return part.map(Object::toString).orElse(null);
  }

  /** Takes out rows that the venue's table does not have any more. */
  public void forget(Collection<String> ids) throws SQLException {
    try (var statement =
        connection.prepareStatement("DELETE FROM public.orders WHERE id = ANY (?)")) {
      statement.setArray(1, connection.createArrayOf("text", ids.toArray()));
      statement.executeUpdate();
    }
  }

  /** The copy is as the venue's table was a moment ago. */
  public void copied() throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "UPDATE metaops.mirror SET copied_at = clock_timestamp(), trouble = NULL")) {
      statement.executeUpdate();
    }
  }

  /** The ids of copied rows the ledger contradicts, the longest so first. */
  public List<String> contradicted(Instant endedSince, int limit) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT o.id FROM public.orders o JOIN metaops.order_status s ON s.order_id = o.id
            WHERE (o.state NOT IN ('SETTLED', 'REFUNDED', 'CANCELLED') OR o.state_since >= ?)
              AND (o.state <> s.folded_state OR s.is_conflict)
              AND NOT (o.state = 'CANCELLED' AND s.folded_state = 'CREATED')
            ORDER BY o.state_since, o.id LIMIT ?\
            """)) {
      statement.setTimestamp(1, Timestamp.from(endedSince));
      statement.setInt(2, limit);
      List<String> ids = new java.util.ArrayList<>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getString(1));
        }
      }
      return ids;
    }
  }
}
