package dev.metaops.ledger;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the ledger knows to be complete, what it does not, its proofs, and the two ways back:
 * reading again, and rewinding past what was settled. Through a connection in auto-commit that the
 * caller owns. Not thread-safe.
 */
public final class CompletenessStore {
  private static final JsonMapper JSON = new JsonMapper();

  private static final String PAST_SETTLED = "MO005";
  private static final String FROZEN = "MO009";
  private static final String NOT_THERE = "MO011";
  private static final String ROW_HELD = "MO012";

  private final Connection connection;

  public CompletenessStore(Connection connection) {
    this.connection = connection;
  }

  /** As {@link Ledger#gaps}. */
  public List<Gap> gaps(long chainId, String scope, Ledger.Agreement agreement, int limit)
      throws SQLException {
    try (var statement =
        connection.prepareStatement("SELECT * FROM metaops_api.gaps(?, ?, ?, ?)")) {
      statement.setLong(1, chainId);
      statement.setString(2, scope);
      statement.setBoolean(3, agreement == Ledger.Agreement.IS_ENOUGH);
      statement.setInt(4, limit);
      var gaps = new ArrayList<Gap>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          @Nullable Timestamp since = rows.getTimestamp("since");
          gaps.add(
              new Gap(
                  rows.getLong("from_block"),
                  rows.getLong("to_block"),
                  Gap.Why.parse(rows.getString("why")),
                  Optional.ofNullable(since).map(Timestamp::toInstant)));
        }
      }
      return List.copyOf(gaps);
    }
  }

  /** As {@link Ledger#standsOn}. */
  public Optional<BlockRef> standsOn(long chainId, long from) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT number, hash FROM (
              (SELECT b.number, b.hash FROM metaops.block b
               JOIN metaops.stream s ON s.chain_id = b.chain_id
               WHERE b.chain_id = ? AND b.number >= ? AND b.canonical
                 AND b.number <= greatest(s.settled_number, s.start_number)
               ORDER BY b.number LIMIT 1)
              UNION ALL
              (SELECT c.to_block, c.end_hash FROM metaops.certificate c
               WHERE c.chain_id = ? AND c.to_block >= ? ORDER BY c.from_block LIMIT 1)
            ) known ORDER BY number LIMIT 1\
            """)) {
      statement.setLong(1, chainId);
      statement.setLong(2, from);
      statement.setLong(3, chainId);
      statement.setLong(4, from);
      try (var rows = statement.executeQuery()) {
        return rows.next()
            ? Optional.of(new BlockRef(rows.getLong(1), Hash.of(rows.getBytes(2))))
            : Optional.empty();
      }
    }
  }

  /** As {@link Ledger#provable}. */
  public Ledger.Provable provable(long chainId) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            WITH unsettled AS (
              SELECT b.completeness FROM metaops.block b
              JOIN metaops.stream s ON s.chain_id = b.chain_id
              WHERE b.chain_id = ? AND b.number > s.settled_number AND b.canonical
            )
            SELECT CASE
              WHEN EXISTS (SELECT FROM metaops.proof WHERE chain_id = ?)
                OR EXISTS (SELECT FROM metaops.certificate
                  WHERE chain_id = ? AND completeness = 'bloom')
                OR EXISTS (SELECT FROM unsettled WHERE completeness = 'bloom') THEN 'RECEIPTS'
              WHEN EXISTS (SELECT FROM metaops.certificate
                  WHERE chain_id = ? AND completeness = 'receipts')
                OR EXISTS (SELECT FROM unsettled WHERE completeness = 'receipts') THEN 'HEADERS'
              ELSE 'NOTHING_YET' END\
            """)) {
      for (int at = 1; at <= 4; at++) {
        statement.setLong(at, chainId);
      }
      try (var rows = statement.executeQuery()) {
        rows.next();
        return Ledger.Provable.valueOf(rows.getString(1));
      }
    }
  }

  /** The newest certificates, newest first. */
  public List<Certificate> certificates(long chainId, int limit) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT * FROM metaops.certificate WHERE chain_id = ?
            ORDER BY from_block DESC LIMIT ?\
            """)) {
      statement.setLong(1, chainId);
      statement.setInt(2, limit);
      var certificates = new ArrayList<Certificate>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          certificates.add(
              new Certificate(
                  rows.getLong("from_block"),
                  rows.getLong("to_block"),
                  Hash.of(rows.getBytes("previous_hash")),
                  Hash.of(rows.getBytes("end_hash")),
                  rows.getInt("anchor"),
                  Completeness.parse(rows.getString("completeness")),
                  rows.getString("scope"),
                  rows.getTimestamp("made_at").toInstant()));
        }
      }
      return List.copyOf(certificates);
    }
  }

  /** The proofs of the canonical events of this escrow, in chain order. */
  public List<ProvedEvent> proofs(Hash escrowKey) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT e.chain_id, e.block_number, e.block_hash, e.log_index, e.transaction_hash, e.kind,
              e.contract, e.final, e.escrow_key, p.first_log, p.proof,
              (SELECT max(c.anchor) FROM metaops.certificate c WHERE c.chain_id = e.chain_id
                AND e.block_number BETWEEN c.from_block AND c.to_block) AS anchor
            FROM metaops.event e
            LEFT JOIN metaops.proof p ON p.chain_id = e.chain_id
              AND p.block_hash = e.block_hash AND p.transaction_hash = e.transaction_hash
            WHERE e.escrow_key = ? AND e.canonical
            ORDER BY e.block_number, e.log_index LIMIT 1000\
            """)) {
      statement.setBytes(1, escrowKey.bytes());
      return proofs(statement);
    }
  }

  /**
   * The canonical events of these blocks behind a place, in chain order.
   *
   * @param to both ends are meant
   * @param afterBlock the block of the last event that is known already; its index follows
   */
  public List<ProvedEvent> proofs(long chainId, long afterBlock, int afterIndex, long to, int limit)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT e.chain_id, e.block_number, e.block_hash, e.log_index, e.transaction_hash, e.kind,
              e.contract, e.final, e.escrow_key, p.first_log, p.proof,
              (SELECT max(c.anchor) FROM metaops.certificate c WHERE c.chain_id = e.chain_id
                AND e.block_number BETWEEN c.from_block AND c.to_block) AS anchor
            FROM metaops.event e
            LEFT JOIN metaops.proof p ON p.chain_id = e.chain_id
              AND p.block_hash = e.block_hash AND p.transaction_hash = e.transaction_hash
            WHERE e.chain_id = ? AND e.block_number BETWEEN ? AND ? AND e.canonical
              AND (e.block_number, e.log_index) > (?, ?)
            ORDER BY e.block_number, e.log_index LIMIT ?\
            """)) {
      statement.setLong(1, chainId);
      statement.setLong(2, afterBlock);
      statement.setLong(3, to);
      statement.setLong(4, afterBlock);
      statement.setInt(5, afterIndex);
      statement.setInt(6, limit);
      return proofs(statement);
    }
  }

  private static List<ProvedEvent> proofs(PreparedStatement statement) throws SQLException {
    var proofs = new ArrayList<ProvedEvent>();
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        BlockRef block =
            new BlockRef(rows.getLong("block_number"), Hash.of(rows.getBytes("block_hash")));
        Hash transaction = Hash.of(rows.getBytes("transaction_hash"));
        byte @Nullable [] proof = rows.getBytes("proof");
        proofs.add(
            new ProvedEvent(
                rows.getLong("chain_id"),
                new Recorded(
                    block,
                    rows.getInt("log_index"),
                    transaction,
                    rows.getString("kind"),
                    Hash.of(rows.getBytes("escrow_key"))),
                Address.of(rows.getBytes("contract")),
                rows.getBoolean("final")
                    ? ProvedEvent.Standing.FINAL
                    : ProvedEvent.Standing.INCLUDED,
                rows.getInt("anchor"),
                proof == null
                    ? Optional.empty()
                    : Optional.of(
                        new ProvedReceipt(block, transaction, rows.getInt("first_log"), proof))));
      }
    }
    return List.copyOf(proofs);
  }

  /**
   * Orders with events that count above this block, and where their rows stand; at most so many.
   */
  public List<Resting> restingAbove(long chainId, long number, int limit) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT s.order_id, o.state, max(e.block_number) AS newest
            FROM metaops.event e
            JOIN metaops.order_status s ON s.escrow_key = e.escrow_key
            JOIN public.orders o ON o.id = s.order_id
            WHERE e.chain_id = ? AND e.block_number > ? AND e.canonical
            GROUP BY s.order_id, o.state ORDER BY newest, s.order_id LIMIT ?\
            """)) {
      statement.setLong(1, chainId);
      statement.setLong(2, number);
      statement.setInt(3, limit);
      var resting = new ArrayList<Resting>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          resting.add(
              new Resting(
                  rows.getString("order_id"), rows.getString("state"), rows.getLong("newest")));
        }
      }
      return List.copyOf(resting);
    }
  }

  /** An order and the highest block whose event it rests on. */
  public record Resting(String orderId, String state, long block) {}

  /** How many settled blocks there are, and how many of them are proved or agreed. */
  public Extent extent(long chainId, String scope) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT s.start_number, s.settled_number,
              coalesce(sum(c.to_block - c.from_block + 1)
                FILTER (WHERE c.completeness IN ('receipts', 'bloom') AND c.scope = ?), 0) AS proved,
              coalesce(sum(c.to_block - c.from_block + 1)
                FILTER (WHERE c.completeness = 'agreed' AND c.scope = ?), 0) AS agreed,
              coalesce(min(c.anchor)
                FILTER (WHERE c.completeness IN ('receipts', 'bloom') AND c.scope = ?), 0) AS anchor
            FROM metaops.stream s LEFT JOIN metaops.certificate c ON c.chain_id = s.chain_id
            WHERE s.chain_id = ? GROUP BY s.start_number, s.settled_number\
            """)) {
      statement.setString(1, scope);
      statement.setString(2, scope);
      statement.setString(3, scope);
      statement.setLong(4, chainId);
      try (var rows = statement.executeQuery()) {
        return rows.next()
            ? new Extent(
                rows.getLong("start_number") + 1,
                rows.getLong("settled_number"),
                rows.getLong("proved"),
                rows.getLong("agreed"),
                rows.getInt("anchor"))
            : new Extent(0, -1, 0, 0, 0);
      }
    }
  }

  /**
   * Settled blocks in numbers.
   *
   * @param from the first block that is read
   * @param settled the last that is settled; below {@code from} when none is
   * @param anchor the fewest nodes that vouch for any of the proved ones
   */
  public record Extent(long from, long settled, long proved, long agreed, int anchor) {
    public long blocks() {
      return Math.max(0, settled - from + 1);
    }
  }

  /** As {@link Ledger#held}. */
  public Set<HeldLog> held(long chainId, long from, long to) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT block_number, contract FROM metaops.event
            WHERE chain_id = ? AND block_number BETWEEN ? AND ? AND canonical
            UNION
            SELECT block_number, contract FROM metaops.quarantine
            WHERE chain_id = ? AND block_number BETWEEN ? AND ? AND canonical\
            """)) {
      for (int at = 1; at <= 4; at += 3) {
        statement.setLong(at, chainId);
        statement.setLong(at + 1, from);
        statement.setLong(at + 2, to);
      }
      var held = new HashSet<HeldLog>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          held.add(new HeldLog(rows.getLong(1), Address.of(rows.getBytes(2))));
        }
      }
      return Set.copyOf(held);
    }
  }

  /** As {@link Ledger#resync}. */
  public Resynced resync(Reread reread) throws SQLException {
    ObjectNode json = JSON.createObjectNode();
    json.put("chain", reread.chainId());
    json.set("blocks", EvidenceJson.blocks(reread.blocks()));
    json.set("events", EvidenceJson.events(reread.chainId(), reread.events()));
    json.set("quarantine", EvidenceJson.quarantine(reread.quarantined()));
    json.set("proofs", EvidenceJson.proofs(reread.proofs()));
    json.set("contracts", EvidenceJson.contracts(reread.contracts().read()));
    json.set("watched", EvidenceJson.contracts(reread.contracts().watched()));
    json.set("unread", EvidenceJson.unread(reread.unread()));
    json.put("anchor", reread.anchor());
    json.put("scope", reread.scope());
    try (var statement =
        connection.prepareStatement("SELECT metaops_api.resync_blocks(?::jsonb)")) {
      statement.setString(1, JSON.writeValueAsString(json));
      try (var rows = statement.executeQuery()) {
        rows.next();
        JsonNode answer = JSON.readTree(rows.getString(1));
        return new Resynced.Written(answer.path("added").asInt(), refuted(answer), moves(answer));
      }
    } catch (SQLException e) {
      return switch (String.valueOf(e.getSQLState())) {
        case PAST_SETTLED, NOT_THERE -> new Resynced.Refused(LedgerStore.message(e));
        default -> throw e;
      };
    }
  }

  /**
   * Goes back to this block of the ledger, though settled ones stand above it. Who calls has proved
   * that the chain has it.
   *
   * @param evidence JSON that says how; recorded
   */
  public Rewound rewind(long chainId, BlockRef to, String actor, String reason, String evidence)
      throws SQLException {
    try (var statement =
        connection.prepareStatement("SELECT metaops_api.rewind_stream(?, ?, ?, ?, ?, ?::jsonb)")) {
      statement.setLong(1, chainId);
      statement.setLong(2, to.number());
      statement.setBytes(3, to.hash().bytes());
      statement.setString(4, actor);
      statement.setString(5, reason);
      statement.setString(6, evidence);
      try (var rows = statement.executeQuery()) {
        rows.next();
        JsonNode answer = JSON.readTree(rows.getString(1));
        return new Rewound.Done(moves(answer), answer.path("orphaned").asInt());
      }
    } catch (SQLException e) {
      return switch (String.valueOf(e.getSQLState())) {
        case FROZEN, NOT_THERE, ROW_HELD -> new Rewound.Refused(LedgerStore.message(e));
        default -> throw e;
      };
    }
  }

  private static List<Refuted> refuted(JsonNode answer) {
    var refuted = new ArrayList<Refuted>();
    for (JsonNode one : answer.path("refuted")) {
      refuted.add(
          new Refuted(
              one.path("number").asLong(),
              one.path("index").asInt(),
              one.has("kind") ? Optional.of(one.path("kind").asString()) : Optional.empty(),
              one.path("why").asString().equals("absent")
                  ? Refuted.Why.ABSENT
                  : Refuted.Why.DIFFERS));
    }
    return refuted;
  }

  static List<Applied.Move> moves(JsonNode answer) {
    var moves = new ArrayList<Applied.Move>();
    for (JsonNode move : answer.path("moved")) {
      moves.add(
          new Applied.Move(
              move.path("order").asString(),
              move.path("from").asString(),
              move.path("to").asString()));
    }
    return moves;
  }
}
