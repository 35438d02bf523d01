package dev.metaops.restore;

import dev.metaops.store.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What our own store remembers of an orders database: how far it had come, and the newest records
 * it held. Each call is one statement. Through one connection in auto-commit; not thread-safe.
 */
public final class MarkStore {
  /** Records of a log that are remembered. */
  public static final int MOST_RECORDS = 10_000;

  private final Connection connection;

  public MarkStore(Connection connection) {
    this.connection = connection;
  }

  /** Whether this store was migrated by a {@code serve} that remembers. */
  public boolean isThere() throws SQLException {
    return Rows.one(
        connection,
        "SELECT to_regclass('metaops_ops.restoration_word') IS NOT NULL",
        row -> row.getBoolean(1));
  }

  /** Which store this is, as part of what people sign. */
  public String identity() throws SQLException {
    return Rows.one(
        connection, "SELECT id::text FROM metaops_ops.identity", row -> row.getString(1));
  }

  public Optional<Mark> remembered(String log) throws SQLException {
    return Rows.first(
        connection,
        "SELECT log, epoch, settled, seals, chain, at FROM metaops_ops.orders_mark WHERE log = ?",
        MarkStore::mark,
        log);
  }

  private static Mark mark(ResultSet row) throws SQLException {
    return new Mark(
        row.getString("log"),
        row.getLong("epoch"),
        row.getLong("settled"),
        row.getLong("seals"),
        row.getString("chain"),
        Rows.instant(row, "at"));
  }

  /** Never sets back what another replica saw later. */
  public void remember(Mark mark) throws SQLException {
    keep(
        mark,
        " WHERE (excluded.seals, excluded.epoch, excluded.settled) >= (m.seals, m.epoch,"
            + " m.settled)");
  }

  /**
   * After a restoration somebody vouched for: what was remembered before is over.
   *
   * @param from the records above this seal are of what is gone
   */
  public void beginAnew(Mark mark, long from) throws SQLException {
    keep(mark, "");
    Rows.execute(
        connection,
        "DELETE FROM metaops_ops.orders_record WHERE log = ? AND seq > ?",
        mark.log(),
        from);
  }

  private void keep(Mark mark, String unless) throws SQLException {
    Rows.execute(
        connection,
        """
        INSERT INTO metaops_ops.orders_mark AS m (log, epoch, settled, seals, chain, at)
        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (log) DO UPDATE SET
          epoch = excluded.epoch, settled = excluded.settled, seals = excluded.seals,
          chain = excluded.chain, at = excluded.at\
        """
            + unless,
        mark.log(),
        mark.epoch(),
        mark.settled(),
        mark.seals(),
        mark.chain(),
        mark.at());
  }

  /** The highest seal whose record is remembered; 0 without one. */
  public long lastRecord(String log) throws SQLException {
    return Rows.one(
        connection,
        "SELECT coalesce(max(seq), 0) FROM metaops_ops.orders_record WHERE log = ?",
        row -> row.getLong(1),
        log);
  }

  /** Remembers these and forgets what is beyond the bound; the same again changes nothing. */
  public void remember(String log, List<Sealed> records) throws SQLException {
    Rows.execute(
        connection,
        """
        INSERT INTO metaops_ops.orders_record (log, seq, leaf, entry)
        SELECT ?, r.seq, r.leaf, r.entry FROM unnest(?, ?, ?) AS r(seq, leaf, entry)
        ON CONFLICT DO NOTHING\
        """,
        log,
        records.stream().map(Sealed::seq).toArray(Long[]::new),
        records.stream().map(Sealed::leaf).toArray(String[]::new),
        records.stream().map(Sealed::entry).toArray(String[]::new));
    Rows.execute(
        connection,
        """
        DELETE FROM metaops_ops.orders_record WHERE log = ? AND seq <=
          (SELECT max(seq) - ? FROM metaops_ops.orders_record WHERE log = ?)\
        """,
        log,
        MOST_RECORDS,
        log);
  }

  /** Remembered records above a seal, ascending. */
  public List<Sealed> recordsAfter(String log, long seq) throws SQLException {
    return Rows.list(
        connection,
        """
        SELECT seq, leaf, entry FROM metaops_ops.orders_record WHERE log = ? AND seq > ?
        ORDER BY seq LIMIT ?\
        """,
        row -> new Sealed(row.getLong("seq"), row.getString("leaf"), row.getString("entry")),
        log,
        seq,
        MOST_RECORDS);
  }

  /** A plan of ours that was applied to an order, as our own store knows it. */
  public record AppliedHere(String plan, String text, String digest, String order, Instant at) {}

  /** Since a time, of all that our own store applied; the newest first. */
  public List<AppliedHere> appliedSince(Instant since) throws SQLException {
    return Rows.list(
        connection,
        """
        SELECT p.id, p.text, encode(p.digest, 'hex') AS digest, o.order_id, o.at
        FROM metaops_ops.plan_outcome o JOIN metaops_ops.plan p ON p.id = o.plan_id
        WHERE o.outcome = 'APPLIED' AND o.at >= ? ORDER BY o.at DESC LIMIT ?\
        """,
        row ->
            new AppliedHere(
                row.getString("id"),
                row.getString("text"),
                row.getString("digest"),
                row.getString("order_id"),
                Rows.instant(row, "at")),
        since,
        MOST_RECORDS);
  }

  /** A person's signed word that a restoration may end. */
  public record Word(
      String environment,
      String digest,
      String decision,
      String person,
      String key,
      Instant at,
      String signature) {}

  /** Keeps it beside those that the same person signed before. */
  public void sign(Word word) throws SQLException {
    Rows.execute(
        connection,
        """
        INSERT INTO metaops_ops.restoration_word
          (environment, digest, decision, person, key, at, signature)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING\
        """,
        word.environment(),
        word.digest(),
        word.decision(),
        word.person(),
        word.key(),
        word.at(),
        word.signature());
  }

  public Instant now() throws SQLException {
    return Rows.one(connection, "SELECT clock_timestamp() AS now", row -> Rows.instant(row, "now"));
  }

  /** What people signed over this text, the newest first; of more than it reads, the newest. */
  public List<Word> words(String digest) throws SQLException {
    return Rows.list(
        connection,
        """
        SELECT environment, digest, decision, person, key, at, signature
        FROM metaops_ops.restoration_word WHERE digest = ? ORDER BY at DESC LIMIT 1000\
        """,
        row ->
            new Word(
                row.getString("environment"),
                row.getString("digest"),
                row.getString("decision"),
                row.getString("person"),
                row.getString("key"),
                Rows.instant(row, "at"),
                row.getString("signature")),
        digest);
  }
}
