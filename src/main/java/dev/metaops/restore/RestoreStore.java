package dev.metaops.restore;

import dev.metaops.store.Rows;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An orders database that may have come back from a backup. Each call is one statement. Through one
 * connection in auto-commit; not thread-safe.
 */
public final class RestoreStore {
  private final Connection connection;

  public RestoreStore(Connection connection) {
    this.connection = connection;
  }

  /** Whether this database's schema knows of restorations. */
  public boolean isThere() throws SQLException {
    return Rows.one(
        connection,
        "SELECT to_regproc('metaops_api.went_back') IS NOT NULL",
        row -> row.getBoolean(1));
  }

  /** The name of its record. */
  public String log() throws SQLException {
    return Rows.one(connection, "SELECT id FROM metaops.audit_log", row -> row.getString(1));
  }

  /** How far it has come, as of one moment. */
  public Present present(Optional<Mark> against) throws SQLException {
    return Rows.one(
        connection,
        """
        SELECT l.id, h.seq, CASE WHEN h.seq > 0 THEN encode(h.chain, 'hex') ELSE '' END AS chain,
          (SELECT coalesce(max(lease_epoch), 0) FROM metaops.stream) AS epoch,
          (SELECT coalesce(max(settled_number), -1) FROM metaops.stream) AS settled,
          EXISTS (SELECT FROM metaops.record r LEFT JOIN metaops.seal s ON s.record_id = r.id
            WHERE r.kind = 'rewind' AND (s.seq IS NULL OR s.seq > ?)) AS is_rewound,
          (SELECT encode(s.chain, 'hex') FROM metaops.seal s WHERE s.seq = ?) AS then,
          clock_timestamp() AS now
        FROM metaops.audit_log l, metaops.seal_head h\
        """,
        row ->
            new Present(
                new Mark(
                    row.getString("id"),
                    row.getLong("epoch"),
                    row.getLong("settled"),
                    row.getLong("seq"),
                    row.getString("chain"),
                    Rows.instant(row, "now")),
                row.getBoolean("is_rewound"),
                Optional.ofNullable(row.getString("then"))),
        against.map(Mark::seals).orElse(0L),
        against.map(Mark::seals).orElse(0L));
  }

  /** Sealed records above a seal, ascending. */
  public List<Sealed> recordsAfter(long seq, int limit) throws SQLException {
    return Rows.list(
        connection,
        """
        SELECT s.seq, encode(r.leaf, 'hex') AS leaf, r.entry FROM metaops.seal s
        JOIN metaops.record r ON r.id = s.record_id WHERE s.seq > ? ORDER BY s.seq LIMIT ?\
        """,
        row -> new Sealed(row.getLong("seq"), row.getString("leaf"), row.getString("entry")),
        seq,
        limit);
  }

  /** Those of the leaves that a record of this database has. */
  public Set<String> known(List<Sealed> records) throws SQLException {
    return new HashSet<>(
        Rows.list(
            connection,
            """
            SELECT encode(r.leaf, 'hex') FROM metaops.record r
            JOIN (SELECT decode(h, 'hex') AS leaf FROM unnest(?) AS h) w ON w.leaf = r.leaf\
            """,
            row -> row.getString(1),
            (Object) records.stream().map(Sealed::leaf).toArray(String[]::new)));
  }

  /** Whether this database remembers that the plan was applied to the order. */
  public boolean remembers(MarkStore.AppliedHere applied) throws SQLException {
    return Rows.one(
        connection,
        """
        SELECT EXISTS (SELECT FROM metaops.applied_order
          WHERE digest = decode(?, 'hex') AND order_id = ?)\
        """,
        row -> row.getBoolean(1),
        applied.digest(),
        applied.order());
  }

  /**
   * The freeze of a database that went back.
   *
   * @param settled up to where its ledger was settled when that was seen
   * @param remembered up to where it had been
   * @param epoch the highest that is remembered of its lease
   * @param seals as many are remembered
   * @param sealsThen as many it had when that was seen
   * @param isRecorded whether the restoration is on its record, and only the freeze is left
   */
  public record Held(
      String id,
      String sentence,
      Instant at,
      long settled,
      long remembered,
      long epoch,
      long seals,
      long sealsThen,
      boolean isRecorded) {}

  /** Empty while it did not go back, or somebody vouched for it since. */
  public Optional<Held> held() throws SQLException {
    return Rows.first(
        connection,
        """
        SELECT w.id, f.reason, f.at, w.settled, w.remembered, w.epoch, w.seals, w.seals_then,
          w.recorded_at
        FROM metaops.went_back w JOIN metaops.freeze f ON f.id = w.id
        WHERE f.lifted_at IS NULL ORDER BY f.at DESC LIMIT 1\
        """,
        row ->
            new Held(
                row.getString("id"),
                row.getString("reason"),
                Rows.instant(row, "at"),
                row.getLong("settled"),
                row.getLong("remembered"),
                row.getLong("epoch"),
                row.getLong("seals"),
                row.getLong("seals_then"),
                Rows.maybeInstant(row, "recorded_at").isPresent()));
  }

  /**
   * Freezes every row and raises the finding. While that freeze is held, only what is remembered
   * grows.
   */
  public void wentBack(
      String actor, String sentence, Present present, long remembered, long epoch, long seals)
      throws SQLException {
    Rows.one(
        connection,
        "SELECT metaops_api.went_back(?, ?, ?, ?, ?, ?, ?)",
        row -> row.getString(1),
        actor,
        sentence,
        present.mark().settled(),
        remembered,
        epoch,
        seals,
        present.mark().seals());
  }

  /**
   * Records the restoration and raises the lease's epoch above all that are remembered; once for
   * each freeze, whoever repeats it.
   *
   * @param body JSON
   */
  public void recordRestored(String freeze, String actor, String body) throws SQLException {
    Rows.one(
        connection,
        "SELECT metaops_api.record_restored(?, ?, ?::jsonb)",
        row -> row.getBoolean(1),
        freeze,
        actor,
        body);
  }

  /**
   * Lifts the freeze of a restoration that is recorded. Returns whether it was held.
   *
   * @throws SQLException MO011 when it is not recorded
   */
  public boolean lift(String freeze, String actor) throws SQLException {
    return Rows.one(
        connection,
        "SELECT metaops_api.end_went_back(?, ?)",
        row -> row.getBoolean(1),
        freeze,
        actor);
  }

  /**
   * Where an order is.
   *
   * @param row the state of its row
   * @param folded what its row may be by the ledger, empty without one
   */
  public record Standing(String row, String folded) {}

  /** Those of the orders that have a row. */
  public Map<String, Standing> standings(Collection<String> orders) throws SQLException {
    var found = new HashMap<String, Standing>();
    Rows.list(
        connection,
        """
        SELECT o.id, o.state, coalesce(s.folded_state, '') AS folded FROM public.orders o
        LEFT JOIN metaops.order_status s ON s.order_id = o.id WHERE o.id = ANY (?)\
        """,
        row ->
            found.put(
                row.getString("id"), new Standing(row.getString("state"), row.getString("folded"))),
        (Object) orders.toArray(String[]::new));
    return found;
  }

  /** An escrow on chain that no order has, as the ledger knows it. */
  public record Rowless(
      String key,
      String last,
      long block,
      Optional<String> order,
      Optional<BigInteger> amount,
      Optional<String> token) {}

  /** How many there are. */
  public long rowlessCount() throws SQLException {
    return Rows.one(
        connection,
        """
        SELECT count(DISTINCT u.escrow_key) FROM metaops.unmatched u
        WHERE NOT EXISTS (SELECT FROM metaops.order_status s WHERE s.escrow_key = u.escrow_key)\
        """,
        row -> row.getLong(1));
  }

  /** The first of them, by block. */
  public List<Rowless> rowless(int limit) throws SQLException {
    return Rows.list(
        connection,
        """
        SELECT encode(e.escrow_key, 'hex') AS key, min(e.order_ref) AS order_ref,
          max(e.amount) FILTER (WHERE e.kind = 'CREATED') AS amount,
          min(encode(e.token, 'hex')) AS token,
          (array_agg(e.kind ORDER BY e.block_number DESC, e.log_index DESC))[1] AS last,
          max(e.block_number) AS block
        FROM metaops.event e
        WHERE e.canonical AND e.escrow_key IN (SELECT u.escrow_key FROM metaops.unmatched u)
          AND NOT EXISTS (SELECT FROM metaops.order_status s WHERE s.escrow_key = e.escrow_key)
        GROUP BY e.escrow_key ORDER BY min(e.block_number), e.escrow_key LIMIT ?\
        """,
        row ->
            new Rowless(
                "0x" + row.getString("key"),
                row.getString("last"),
                row.getLong("block"),
                Optional.ofNullable(row.getString("order_ref")),
                Optional.ofNullable(row.getBigDecimal("amount"))
                    .map(amount -> amount.toBigInteger()),
                Optional.ofNullable(row.getString("token")).map(token -> "0x" + token)),
        limit);
  }
}
