package dev.metaops.orders;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.order.Folded;
import dev.metaops.order.OrderState;
import dev.metaops.order.OrderTerms;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the orders table and, beside it, what the ledger makes of its rows. Writes nothing. Not
 * thread-safe; failures surface as {@link SQLException}.
 */
public final class OrdersStore implements OrderBook {
  /** The predicate of the index {@code orders_open}; the planner wants it word for word. */
  private static final String OPEN = "o.state NOT IN ('SETTLED', 'REFUNDED', 'CANCELLED')";

  private static final String ENDED = "o.state IN ('SETTLED', 'REFUNDED', 'CANCELLED')";

  private static final String ROW =
      """
      SELECT o.*, o.xmin::text AS row_version,
        s.folded_state, s.chain_state, s.finality, s.event_block, s.event_block_hash,
        s.event_log_index, s.event_transaction, s.held_by, e.deadline, e.lost
      FROM public.orders o
      LEFT JOIN metaops.order_status s ON s.order_id = o.id
      LEFT JOIN LATERAL (
        SELECT max(e.deadline) FILTER (WHERE e.canonical) AS deadline,
          count(*) FILTER (WHERE NOT e.canonical) AS lost
        FROM metaops.event e WHERE e.escrow_key = s.escrow_key
      ) e ON true
      """;

  /** Needs a cutoff for each of three parts, each followed by the part's own condition. */
  private static final String UPDATES =
      """
      SELECT * FROM (
        SELECT c.at, c.order_id,
          CASE c.cause WHEN 'plan' THEN 'INTERVENTION' ELSE 'LISTENER' END AS origin,
          c.from_state || ' to ' || c.to_state AS what, c.cause_ref AS by
        FROM metaops.order_change c WHERE c.at >= ? AND %s
        UNION ALL
        SELECT r.at, r.order_id, CASE WHEN k.by IS NULL THEN 'UNATTRIBUTED' ELSE 'CLAIMED' END, coalesce(
            CASE WHEN b.body ->> 'operation' = 'DELETE' THEN 'deleted'
              WHEN b.body #>> '{before,state}' <> b.body #>> '{after,state}'
              THEN (b.body #>> '{before,state}') || ' to ' || (b.body #>> '{after,state}')
            END, 'edited'),
          (b.body #>> '{connection,login}')
            || coalesce(' (' || (b.body #>> '{connection,application}') || ')', '')
            || coalesce(', claimed by ' || k.by || ': ' || k.reason, '')
        FROM metaops.record r
        CROSS JOIN LATERAL (SELECT (r.entry::jsonb) -> 'body' AS body) b
        LEFT JOIN metaops.claimed k ON k.record_id = r.id AND k.leaf = r.leaf
        WHERE r.kind = 'edit' AND r.order_id IS NOT NULL AND r.at >= ? AND %s
        UNION ALL
        SELECT o.created_at, o.id, 'VENUE', 'created', 'venue'
        FROM public.orders o WHERE o.created_at >= ? AND %s
      ) u ORDER BY u.at DESC, u.order_id LIMIT ?\
      """;

  private final Connection connection;

  public OrdersStore(Connection connection) {
    this.connection = connection;
  }

  /** The connection this reads through; whoever opened this closes both. */
  public Connection connection() {
    return connection;
  }

  /** The table is ours: what it holds is shown to whoever may read it. */
  @Override
  public Sight sight() {
    return new Sight.Whole();
  }

  @Override
  public Rowfulness rowfulness() throws SQLException {
    try (var statement =
            connection.prepareStatement("SELECT o.id FROM public.orders o ORDER BY o.id LIMIT 1");
        var rows = statement.executeQuery()) {
      return rows.next() ? Rowfulness.ROWS : Rowfulness.NO_ROW;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  @Override
  public Instant now() throws SQLException {
    try (var statement = connection.prepareStatement("SELECT clock_timestamp()");
        var rows = statement.executeQuery()) {
      rows.next();
      return rows.getTimestamp(1).toInstant();
    }
  }

  /** Open orders in their state since before {@code cutoff}, by state and token. */
  @Override
  public List<Sum> openBefore(Instant cutoff) throws SQLException {
    return sums(
        "SELECT o.state, o.token, count(*), sum(o.amount), min(o.state_since) FROM public.orders o"
            + " WHERE "
            + OPEN
            + " AND o.state_since < ? GROUP BY 1, 2 ORDER BY 1, 2",
        cutoff);
  }

  /** Orders that took a final state since {@code cutoff}, by state and token. */
  @Override
  public List<Sum> endedSince(Instant cutoff) throws SQLException {
    return sums(
        "SELECT o.state, o.token, count(*), sum(o.amount), min(o.state_since) FROM public.orders o"
            + " WHERE "
            + ENDED
            + " AND o.state_since >= ? GROUP BY 1, 2 ORDER BY 1, 2",
        cutoff);
  }

  /** Open orders in their state since before {@code cutoff}, longest first. */
  @Override
  public List<OrderRow> stuck(Instant cutoff, Optional<String> state, int limit)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            ROW
                + " WHERE "
                + OPEN
                + " AND o.state_since < ? AND (?::text IS NULL OR o.state = ?)"
                + " ORDER BY o.state_since, o.id LIMIT ?")) {
      statement.setTimestamp(1, Timestamp.from(cutoff));
      statement.setString(2, state.orElse(null));
      statement.setString(3, state.orElse(null));
      statement.setInt(4, limit);
      return rows(statement);
    }
  }

  @Override
  public List<OrderRow> openAfter(Optional<OrderRow> last, int limit) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            ROW
                + " WHERE "
                + OPEN
                + " AND (o.state_since, o.id) > (?, ?) ORDER BY o.state_since, o.id LIMIT ?")) {
      statement.setTimestamp(
          1, Timestamp.from(last.map(OrderRow::stateSince).orElse(Instant.EPOCH)));
      statement.setString(2, last.map(OrderRow::id).orElse(""));
      statement.setInt(3, limit);
      return rows(statement);
    }
  }

  /** Rows the ledger contradicts or could not move yet, whatever their age. */
  @Override
  public List<OrderRow> contradicted(int limit) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            ROW
                + """
                 WHERE o.id IN (
                  (SELECT order_id FROM metaops.order_status WHERE row_waits LIMIT ?)
                  UNION ALL
                  (SELECT order_id FROM metaops.order_status
                   WHERE is_conflict LIMIT ?))
                ORDER BY o.state_since, o.id\
                """)) {
      statement.setInt(1, limit);
      statement.setInt(2, limit);
      return rows(statement);
    }
  }

  /** Open orders whose funding window closed and that the ledger knows no escrow of. */
  @Override
  public long neverFunded(Instant cutoff) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT count(*) FROM public.orders o WHERE "
                + OPEN
                + " AND o.state_since < ? AND o.state = 'CREATED' AND o.fund_by < now()")) {
      statement.setTimestamp(1, Timestamp.from(cutoff));
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  /**
   * Finds an order by its id, its escrow key, the hash of its last transaction, or a prefix of its
   * id that only one order has.
   */
  @Override
  public Match find(String word) throws SQLException {
    Optional<OrderRow> exact = byId(word);
    if (exact.isPresent()) {
      return new Match.One(exact.get());
    }
    try (var statement =
        connection.prepareStatement(
            ROW
                + """
                WHERE s.escrow_key = ? OR s.event_transaction = ?
                 OR (o.id >= ? AND o.id < ?) ORDER BY o.id LIMIT 6\
                """)) {
      byte @Nullable [] hash = word.matches("0[xX][0-9a-fA-F]{64}") ? new Hash(word).bytes() : null;
      statement.setBytes(1, hash);
      statement.setBytes(2, hash);
      statement.setString(3, word);
      statement.setString(4, word + '\uffff');
      List<OrderRow> found = rows(statement);
      return switch (found.size()) {
        case 0 -> new Match.None();
        case 1 -> new Match.One(found.getFirst());
        default -> new Match.Several(found.stream().map(OrderRow::id).toList());
      };
    }
  }

  public Optional<OrderRow> byId(String id) throws SQLException {
    try (var statement = connection.prepareStatement(ROW + " WHERE o.id = ?")) {
      statement.setString(1, id);
      return rows(statement).stream().findFirst();
    }
  }

  public Optional<OrderRow> byKey(Hash key) throws SQLException {
    try (var statement = connection.prepareStatement(ROW + " WHERE s.escrow_key = ?")) {
      statement.setBytes(1, key.bytes());
      return rows(statement).stream().findFirst();
    }
  }

  /** The rows of these escrow keys; keys without a row are missing from the answer. */
  @Override
  public List<OrderRow> byKeys(Collection<Hash> keys) throws SQLException {
    try (var statement =
        connection.prepareStatement(ROW + " WHERE s.escrow_key = ANY (?) ORDER BY o.id")) {
      statement.setArray(
          1,
          connection.createArrayOf("bytea", keys.stream().map(Hash::bytes).toArray(byte[][]::new)));
      return rows(statement);
    }
  }

  /** The rows of these ids; ids without a row are missing from the answer. */
  @Override
  public List<OrderRow> byIds(Collection<String> ids) throws SQLException {
    try (var statement = connection.prepareStatement(ROW + " WHERE o.id = ANY (?) ORDER BY o.id")) {
      statement.setArray(1, connection.createArrayOf("text", ids.toArray()));
      return rows(statement);
    }
  }

  /** Every event of this escrow, orphaned ones too, in chain order. */
  @Override
  public List<History> events(Hash key) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT kind, block_number, block_hash, transaction_hash, canonical, final, source
            FROM metaops.event WHERE escrow_key = ?
            ORDER BY block_number, log_index, seen_at LIMIT 200\
            """)) {
      statement.setBytes(1, key.bytes());
      var events = new ArrayList<History>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          events.add(
              new History(
                  rows.getString("kind"),
                  new BlockRef(rows.getLong("block_number"), Hash.of(rows.getBytes("block_hash"))),
                  Hash.of(rows.getBytes("transaction_hash")),
                  !rows.getBoolean("canonical")
                      ? History.Standing.ORPHANED
                      : rows.getBoolean("final")
                          ? History.Standing.FINAL
                          : History.Standing.INCLUDED,
                  rows.getString("source")));
        }
      }
      return List.copyOf(events);
    }
  }

  /** Every change since {@code cutoff}, newest first. */
  @Override
  public List<Update> updatesSince(Instant cutoff, int limit) throws SQLException {
    try (var statement = connection.prepareStatement(UPDATES.formatted("true", "true", "true"))) {
      for (int part = 1; part <= 3; part++) {
        statement.setTimestamp(part, Timestamp.from(cutoff));
      }
      statement.setInt(4, limit);
      return updates(statement);
    }
  }

  /** Every change of this order, newest first; the last 50. */
  @Override
  public List<Update> updatesOf(String orderId) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            UPDATES.formatted("c.order_id = ?", "r.order_id = ?", "o.id = ?"))) {
      int at = 1;
      for (int part = 0; part < 3; part++) {
        statement.setTimestamp(at++, Timestamp.from(Instant.EPOCH));
        statement.setString(at++, orderId);
      }
      statement.setInt(at, 50);
      return updates(statement);
    }
  }

  private static List<Update> updates(PreparedStatement statement) throws SQLException {
    var updates = new ArrayList<Update>();
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        updates.add(
            new Update(
                rows.getTimestamp("at").toInstant(),
                rows.getString("order_id"),
                Update.Origin.valueOf(rows.getString("origin")),
                rows.getString("what"),
                rows.getString("by")));
      }
    }
    return List.copyOf(updates);
  }

  private List<Sum> sums(String sql, Instant cutoff) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setTimestamp(1, Timestamp.from(cutoff));
      var sums = new ArrayList<Sum>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          sums.add(
              new Sum(
                  rows.getString(1),
                  OrderState.parse(rows.getString(1)),
                  Optional.ofNullable(rows.getString(2)).map(Address::new),
                  rows.getLong(3),
                  rows.getBigDecimal(4).toBigIntegerExact(),
                  rows.getTimestamp(5).toInstant()));
        }
      }
      return List.copyOf(sums);
    }
  }

  private static List<OrderRow> rows(PreparedStatement statement) throws SQLException {
    var found = new ArrayList<OrderRow>();
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        found.add(row(rows));
      }
    }
    return List.copyOf(found);
  }

  private static OrderRow row(ResultSet rows) throws SQLException {
    return new OrderRow(
        new OrderTerms(
            rows.getString("id"),
            address(rows, "buyer"),
            address(rows, "seller"),
            address(rows, "token"),
            Optional.ofNullable(rows.getBigDecimal("amount")).map(BigDecimal::toBigIntegerExact),
            address(rows, "escrow_contract"),
            Optional.of(new Hash(rows.getString("escrow_key")))),
        rows.getString("state"),
        OrderState.parse(rows.getString("state")),
        rows.getTimestamp("fund_by").toInstant(),
        rows.getTimestamp("created_at").toInstant(),
        rows.getTimestamp("updated_at").toInstant(),
        rows.getTimestamp("state_since").toInstant(),
        Optional.ofNullable(rows.getString("transaction_hash")).map(Hash::new),
        Optional.empty(),
        rows.getString("row_version"),
        ledger(rows),
        List.of());
  }

  /** The reference table has all of these; a copy of another table may not. */
  private static Optional<Address> address(ResultSet rows, String column) throws SQLException {
    return Optional.ofNullable(rows.getString(column)).map(Address::new);
  }

  private static OrderRow.LedgerStatus ledger(ResultSet rows) throws SQLException {
    @Nullable String settled = rows.getString("folded_state");
    if (settled == null) {
      return new OrderRow.LedgerStatus(
          Folded.nothing(),
          Folded.nothing(),
          OrderRow.Finality.NONE,
          Optional.empty(),
          Optional.empty(),
          0,
          Optional.empty());
    }
    byte @Nullable [] blockHash = rows.getBytes("event_block_hash");
    @Nullable Timestamp deadline = rows.getTimestamp("deadline");
    return new OrderRow.LedgerStatus(
        Folded.parse(settled),
        Folded.parse(rows.getString("chain_state")),
        OrderRow.Finality.valueOf(rows.getString("finality").toUpperCase(java.util.Locale.ROOT)),
        blockHash == null
            ? Optional.empty()
            : Optional.of(
                new OrderRow.EventPlace(
                    new BlockRef(rows.getLong("event_block"), Hash.of(blockHash)),
                    rows.getInt("event_log_index"),
                    Hash.of(rows.getBytes("event_transaction")))),
        Optional.ofNullable(deadline).map(Timestamp::toInstant),
        rows.getInt("lost"),
        Optional.ofNullable(rows.getString("held_by")));
  }
}
