package dev.metaops.ledger;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.SettleOn;
import dev.metaops.store.Database;
import dev.metaops.store.DatabaseUnavailable;
import dev.metaops.time.Deadline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The ledger in the orders database, through one connection in auto-commit: each call is one
 * statement and so one transaction. Not thread-safe; a failed connection surfaces as {@link
 * SQLException} and the caller makes another.
 */
public final class LedgerStore implements Ledger, AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  /** Contracts of one order each that one stream follows at most. */
  private static final int MOST_FOLLOWED = 50_000;

  private static final String FENCED = "MO003";

  private final Connection connection;

  public LedgerStore(Connection connection) {
    this.connection = connection;
  }

  /** On a connection of its own, which {@link #close} ends. */
  public static LedgerStore open(Database database, Deadline deadline) throws DatabaseUnavailable {
    return new LedgerStore(database.connect(deadline));
  }

  /** What is known to be complete, over the same connection. */
  public CompletenessStore completeness() {
    return new CompletenessStore(connection);
  }

  /** What looks wrong, over the same connection. */
  public LieStore lies() {
    return new LieStore(connection);
  }

  /** Through the same connection. */
  public FindingStore findings() {
    return new FindingStore(connection);
  }

  /** From now on every wait for the database ends by the deadline, by losing the connection. */
  public void waitUntil(Deadline deadline) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, deadline.remainingMillis());
  }

  /** Ends the connection. */
  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** When the oldest open order was created: where following begins. */
  public Optional<Instant> oldestOpenOrder() throws SQLException {
    try (var statement =
            connection.prepareStatement(
                """
                SELECT min(o.created_at) AS oldest FROM public.orders o
                WHERE o.state NOT IN ('SETTLED', 'REFUNDED', 'CANCELLED')\
                """);
        var rows = statement.executeQuery()) {
      rows.next();
      return instant(rows, "oldest");
    }
  }

  /** What the guard on the orders table does: enforce, record or absent. */
  public String guard() throws SQLException {
    try (var statement =
            connection.prepareStatement("SELECT value FROM metaops.setting WHERE name = 'guard'");
        var rows = statement.executeQuery()) {
      return rows.next() ? rows.getString(1) : "enforce";
    }
  }

  /** Needs the rights of whoever installed the schema. The change is recorded. */
  public void guard(String word) throws SQLException {
    try (var statement =
        connection.prepareStatement("UPDATE metaops.setting SET value = ? WHERE name = 'guard'")) {
      statement.setString(1, word);
      statement.executeUpdate();
    }
  }

  /**
   * Pins the chain and the place to start; where there is a stream, only how it settles changes.
   * Idempotent.
   *
   * @throws SQLException with state MO002 when this database follows another chain
   */
  public void openStream(long chainId, Header start, SettleOn settleOn) throws SQLException {
    try (var statement =
        connection.prepareStatement("SELECT metaops_api.open_stream(?, ?, ?, ?, ?, ?)")) {
      statement.setLong(1, chainId);
      statement.setLong(2, start.number());
      statement.setBytes(3, start.hash().bytes());
      statement.setBytes(4, start.parentHash().bytes());
      statement.setTimestamp(5, Timestamp.from(start.time()));
      statement.setString(6, settleOn.text());
      statement.execute();
    }
  }

  /**
   * Empty while another holder's lease has not run out.
   *
   * @param over a holder known to be dead, whose lease need not run out
   */
  public Optional<Lease> takeLease(long chainId, String holder, Optional<String> over, Duration ttl)
      throws SQLException {
    try (var statement =
        connection.prepareStatement("SELECT metaops_api.take_lease(?, ?, ?, ?::interval)")) {
      statement.setLong(1, chainId);
      statement.setString(2, holder);
      statement.setString(3, over.orElse(null));
      statement.setString(4, ttl.toMillis() + " milliseconds");
      try (var rows = statement.executeQuery()) {
        rows.next();
        long epoch = rows.getLong(1);
        return rows.wasNull()
            ? Optional.empty()
            : Optional.of(new Lease(chainId, holder, epoch, ttl));
      }
    }
  }

  /** Lets go of the lease so that another may take it at once. Does nothing when it was lost. */
  public void giveUp(Lease lease) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT metaops_api.give_up_lease(?, ?)")) {
      statement.setLong(1, lease.chainId());
      statement.setLong(2, lease.epoch());
      statement.execute();
    }
  }

  @Override
  public Reported report(Lease lease, Optional<ChainHead> head, Optional<String> trouble)
      throws SQLException {
    ObjectNode seen = JSON.createObjectNode();
    head.ifPresent(known -> BatchStore.describe(known, seen));
    trouble.ifPresent(why -> seen.put("trouble", why));
    try (var statement =
        connection.prepareStatement(
            "SELECT metaops_api.report_stream(?, ?, ?::interval, ?::jsonb)")) {
      statement.setLong(1, lease.chainId());
      statement.setLong(2, lease.epoch());
      statement.setString(3, lease.ttl().toMillis() + " milliseconds");
      statement.setString(4, JSON.writeValueAsString(seen));
      statement.execute();
      return Reported.HEARD;
    } catch (SQLException e) {
      if (FENCED.equals(e.getSQLState())) {
        return Reported.FENCED;
      }
      throw e;
    }
  }

  @Override
  public void finalityWaits(Lease lease, Optional<String> why) throws SQLException {
    String call =
        why.isPresent()
            ? "metaops_api.raise_finding(?, ?, 'P2', ?, '{}'::jsonb)"
            : "metaops_api.clear_finding(?, ?)";
    try (var statement =
        connection.prepareStatement(
            "SELECT " + call + " FROM metaops.stream WHERE chain_id = ? AND lease_epoch = ?")) {
      int at = 0;
      statement.setString(++at, Stream.FINALITY_WAITS);
      statement.setString(++at, "chain " + lease.chainId());
      if (why.isPresent()) {
        statement.setString(++at, why.get());
      }
      statement.setLong(++at, lease.chainId());
      statement.setLong(++at, lease.epoch());
      statement.execute();
    }
  }

  @Override
  public Applied apply(Lease lease, Batch batch) throws SQLException {
    return new BatchStore(connection).apply(lease, batch);
  }

  @Override
  public Reported finalityViolated(Lease lease, String sentence, List<Header> theirs)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT metaops_api.finality_violated(?, ?, ?::interval, ?, ?::jsonb)")) {
      statement.setLong(1, lease.chainId());
      statement.setLong(2, lease.epoch());
      statement.setString(3, lease.ttl().toMillis() + " milliseconds");
      statement.setString(4, sentence);
      statement.setString(5, JSON.writeValueAsString(EvidenceJson.headers(theirs)));
      statement.execute();
      return Reported.HEARD;
    } catch (SQLException e) {
      if (FENCED.equals(e.getSQLState())) {
        return Reported.FENCED;
      }
      throw e;
    }
  }

  @Override
  public Set<HeldLog> held(long chainId, long from, long to) throws SQLException {
    return new CompletenessStore(connection).held(chainId, from, to);
  }

  @Override
  public Resynced resync(Reread reread) throws SQLException {
    return new CompletenessStore(connection).resync(reread);
  }

  @Override
  public List<Gap> gaps(long chainId, String scope, Agreement agreement, int limit)
      throws SQLException {
    return new CompletenessStore(connection).gaps(chainId, scope, agreement, limit);
  }

  @Override
  public List<BlockRef> canonicalBlocks(long chainId, long downFrom, int limit)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT number, hash FROM metaops.block
            WHERE chain_id = ? AND number <= ? AND canonical ORDER BY number DESC LIMIT ?\
            """)) {
      statement.setLong(1, chainId);
      statement.setLong(2, downFrom);
      statement.setInt(3, limit);
      var blocks = new ArrayList<BlockRef>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          blocks.add(new BlockRef(rows.getLong(1), Hash.of(rows.getBytes(2))));
        }
      }
      return List.copyOf(blocks);
    }
  }

  @Override
  public Optional<BlockRef> standsOn(long chainId, long from) throws SQLException {
    return new CompletenessStore(connection).standsOn(chainId, from);
  }

  @Override
  public Provable provable(long chainId) throws SQLException {
    return new CompletenessStore(connection).provable(chainId);
  }

  @Override
  public Set<Address> followed(long chainId) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT f.contract FROM metaops.followed f
            WHERE f.chain_id = ? AND NOT EXISTS (
              SELECT FROM metaops.order_status s
              WHERE s.escrow_key = decode(repeat('00', 12), 'hex') || f.contract
                AND s.folded_state IN ('SETTLED', 'REFUNDED', 'CANCELLED')
                AND s.finality = 'final')
            LIMIT ?\
            """)) {
      statement.setLong(1, chainId);
      statement.setInt(2, MOST_FOLLOWED);
      return contracts(statement);
    }
  }

  @Override
  public Set<Address> contractsToFollow(long chainId, Set<Address> without, int limit)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT decode(substr(o.escrow_contract, 3), 'hex') FROM public.orders o
            WHERE o.state NOT IN ('SETTLED', 'REFUNDED', 'CANCELLED')
              AND o.escrow_contract <> ALL (?)
              AND NOT EXISTS (
                SELECT FROM metaops.followed f
                WHERE f.chain_id = ? AND f.contract = decode(substr(o.escrow_contract, 3), 'hex'))
            ORDER BY o.state_since, o.id LIMIT ?\
            """)) {
      statement.setArray(
          1, connection.createArrayOf("text", without.stream().map(Address::text).toArray()));
      statement.setLong(2, chainId);
      statement.setInt(3, limit);
      return contracts(statement);
    }
  }

  private static Set<Address> contracts(PreparedStatement statement) throws SQLException {
    Set<Address> contracts = new HashSet<>();
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        contracts.add(Address.of(rows.getBytes(1)));
      }
    }
    return contracts;
  }

  /** The events that count in these blocks (both ends included), in chain order. */
  public List<Recorded> events(long chainId, long from, long to, int limit) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT block_number, block_hash, log_index, transaction_hash, kind, escrow_key
            FROM metaops.event
            WHERE chain_id = ? AND block_number BETWEEN ? AND ? AND canonical
            ORDER BY block_number, log_index LIMIT ?\
            """)) {
      statement.setLong(1, chainId);
      statement.setLong(2, from);
      statement.setLong(3, to);
      statement.setInt(4, limit);
      var events = new ArrayList<Recorded>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          events.add(
              new Recorded(
                  new BlockRef(rows.getLong("block_number"), Hash.of(rows.getBytes("block_hash"))),
                  rows.getInt("log_index"),
                  Hash.of(rows.getBytes("transaction_hash")),
                  rows.getString("kind"),
                  Hash.of(rows.getBytes("escrow_key"))));
        }
      }
      return List.copyOf(events);
    }
  }

  /** The last change of each order since then, where it rests on an event in these blocks. */
  public List<Rested> lastChanges(long chainId, Instant since, long from, long to, int limit)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT c.order_id, c.to_state, c.event_block, c.event_block_hash, c.event_log_index
            FROM metaops.order_change c
            WHERE c.chain_id = ? AND c.event_block BETWEEN ? AND ?
              AND c.at >= ?
              AND NOT EXISTS (
                SELECT FROM metaops.order_change later
                WHERE later.order_id = c.order_id AND later.id > c.id)
            ORDER BY c.event_block, c.event_log_index LIMIT ?\
            """)) {
      statement.setLong(1, chainId);
      statement.setLong(2, from);
      statement.setLong(3, to);
      statement.setTimestamp(4, Timestamp.from(since));
      statement.setInt(5, limit);
      var changes = new ArrayList<Rested>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          changes.add(
              new Rested(
                  rows.getString("order_id"),
                  rows.getString("to_state"),
                  new BlockRef(
                      rows.getLong("event_block"), Hash.of(rows.getBytes("event_block_hash"))),
                  rows.getInt("event_log_index")));
        }
      }
      return List.copyOf(changes);
    }
  }

  @Override
  public Optional<Stream> stream() throws SQLException {
    try (var statement =
            connection.prepareStatement(
                """
                SELECT s.*, clock_timestamp() AS now,
                  f.id AS freeze_id, f.actor, f.reason, f.at,
                  w.sentence AS finality_waits, w.first_seen AS finality_waits_since,
                  (SELECT count(DISTINCT u.escrow_key) FROM metaops.unmatched u WHERE NOT EXISTS (
                    SELECT FROM metaops.order_status o WHERE o.escrow_key = u.escrow_key))
                    AS unmatched,
                  (SELECT count(*) FROM metaops.quarantine WHERE canonical) AS quarantined,
                  (SELECT count(*) FROM metaops.order_status WHERE row_waits) AS waiting,
                  (SELECT count(*) FROM metaops.unmatched u
                   JOIN metaops.order_status o ON o.escrow_key = u.escrow_key) AS unfolded
                FROM metaops.stream s
                LEFT JOIN LATERAL (
                  SELECT * FROM metaops.freeze WHERE lifted_at IS NULL ORDER BY at DESC LIMIT 1
                ) f ON true
                LEFT JOIN LATERAL (
                  SELECT * FROM metaops.finding
                  WHERE cleared_at IS NULL AND code = 'finality-waits' LIMIT 1
                ) w ON true\
                """);
        var rows = statement.executeQuery()) {
      return rows.next() ? Optional.of(stream(rows)) : Optional.empty();
    }
  }

  private static Stream stream(ResultSet rows) throws SQLException {
    String freezeId = rows.getString("freeze_id");
    return new Stream(
        rows.getLong("chain_id"),
        rows.getTimestamp("now").toInstant(),
        new BlockRef(rows.getLong("cursor_number"), Hash.of(rows.getBytes("cursor_hash"))),
        rows.getTimestamp("cursor_time").toInstant(),
        SettleOn.parse(rows.getString("settle_on")),
        rows.getLong("settled_number"),
        instant(rows, "settled_moved_at"),
        number(rows, "head_number"),
        instant(rows, "head_time"),
        instant(rows, "seen_at"),
        instant(rows, "applied_at"),
        Optional.ofNullable(rows.getString("trouble")),
        instant(rows, "trouble_since"),
        Optional.ofNullable(rows.getString("lease_holder")),
        rows.getLong("lease_epoch"),
        instant(rows, "lease_expires_at"),
        freezeId == null
            ? Optional.empty()
            : Optional.of(
                new Stream.Freeze(
                    freezeId,
                    rows.getString("actor"),
                    rows.getString("reason"),
                    rows.getTimestamp("at").toInstant())),
        rows.getInt("unmatched"),
        rows.getInt("quarantined"),
        rows.getInt("waiting"),
        rows.getInt("unfolded"),
        finalityWaits(rows));
  }

  private static Optional<Stream.FinalityWaits> finalityWaits(ResultSet rows) throws SQLException {
    String why = rows.getString("finality_waits");
    return why == null
        ? Optional.empty()
        : Optional.of(
            new Stream.FinalityWaits(rows.getTimestamp("finality_waits_since").toInstant(), why));
  }

  private static Optional<Instant> instant(ResultSet rows, String column) throws SQLException {
    @Nullable Timestamp at = rows.getTimestamp(column);
    return at == null ? Optional.empty() : Optional.of(at.toInstant());
  }

  private static Optional<Long> number(ResultSet rows, String column) throws SQLException {
    long value = rows.getLong(column);
    return rows.wasNull() ? Optional.empty() : Optional.of(value);
  }

  static String message(SQLException e) {
    String message = e.getMessage();
    return message == null ? "no message" : message.lines().findFirst().orElse("no message");
  }
}
