package dev.metaops.audit;

import dev.metaops.audit.OpenTransactions.OpenTransaction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One log. Writes nothing but seals. Waits as long as its connection does. Not thread-safe;
 * failures surface as {@link SQLException}.
 */
public final class RecordStore {
  /** Rows in memory at a time while all are read. */
  private static final int FETCHED = 500;

  private static final int MOST_OPEN = 100;
  private static final int BATCH = 1_000;
  private static final int MOST_BATCHES = 20;

  /** Since when a record is there for others to see; xmin, because the column xid can be edited. */
  static final String VISIBLE_SINCE =
      """
      coalesce(CASE WHEN current_setting('track_commit_timestamp')::boolean
        THEN pg_xact_commit_timestamp(r.xmin) END, r.at)\
      """;

  private final Connection connection;
  private final LogHome home;

  /** Of the orders database. */
  public RecordStore(Connection connection) {
    this(connection, LogHome.ORDERS);
  }

  /**
   * @param home which of the logs that may be in this database
   */
  public RecordStore(Connection connection, LogHome home) {
    this.connection = connection;
    this.home = home;
  }

  public LogHome home() {
    return home;
  }

  /** Whether this database has such a log. */
  public boolean isThere() throws SQLException {
    try (var statement = prepared("SELECT to_regclass('{log}.seal_head') IS NOT NULL");
        var rows = statement.executeQuery()) {
      rows.next();
      return rows.getBoolean(1);
    }
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    return connection.prepareStatement(home.sql(sql));
  }

  /**
   * Links records that are not linked yet, in one transaction. Returns how many; 0 also when
   * another sealer is at work.
   *
   * @param limit at least 1
   */
  public int seal(int limit) throws SQLException {
    if (limit < 1) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
    }
    try (var statement = prepared("SELECT {api}.seal_records(?)")) {
      statement.setInt(1, limit);
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }

  /**
   * One step of the loop that seals; it rests a second between steps. Links what is not linked yet,
   * at most 20,000 records in transactions of 1,000, and looks at what is overdue. Idempotent. Any
   * number of processes may do it at once: the database lets one link, and the others find nothing
   * to do.
   */
  public SealStep sealStep() throws SQLException {
    if (!connection.getAutoCommit()) {
      throw new IllegalStateException(
          "connection: in a transaction (expected: in auto-commit, so that each batch commits)");
    }
    int sealed = 0;
    for (int batch = 0; batch < MOST_BATCHES; batch++) {
      int linked = seal(BATCH);
      sealed += linked;
      if (linked < BATCH) {
        break;
      }
    }
    return new SealStep(sealed, unsealed(), openTransactions());
  }

  /**
   * Links at most {@value #BATCH} records, and looks at nothing else: between two steps.
   *
   * @return how many
   */
  public int sealBatch() throws SQLException {
    return seal(BATCH);
  }

  /** At most {@code limit} of the selected records. */
  public List<AuditRecord> list(Selection selection, Selection.Sequence sequence, int limit)
      throws SQLException {
    String direction =
        switch (sequence) {
          case NEWEST_FIRST -> "DESC";
          case OLDEST_FIRST -> "ASC";
        };
    String sql =
        "SELECT r.id, r.at, r.kind, r.order_id, r.actor, r.entry, r.leaf, s.seq, k.by, k.reason,"
            + " k.claim_id FROM {log}.record r LEFT JOIN {log}.seal s ON s.record_id = r.id"
            + " LEFT JOIN {log}.claimed k ON k.record_id = r.id AND k.leaf = r.leaf"
            + selected(selection)
            + " ORDER BY r.at "
            + direction
            + ", r.id "
            + direction
            + " LIMIT ?";
    try (var statement = prepared(sql)) {
      int next = bind(statement, selection);
      statement.setInt(next, limit);
      var found = new ArrayList<AuditRecord>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(
              new AuditRecord(
                  rows.getLong("id"),
                  rows.getObject("at", OffsetDateTime.class).toInstant(),
                  rows.getString("kind"),
                  Optional.ofNullable(rows.getString("order_id")),
                  rows.getString("actor"),
                  rows.getString("entry"),
                  Bytes.of(rows.getBytes("leaf")),
                  maybeLong(rows, "seq"),
                  claim(rows)));
        }
      }
      return List.copyOf(found);
    }
  }

  private static Optional<AuditRecord.Claim> claim(ResultSet rows) throws SQLException {
    OptionalLong record = maybeLong(rows, "claim_id");
    return record.isPresent()
        ? Optional.of(
            new AuditRecord.Claim(
                rows.getString("by"), orEmpty(rows.getString("reason")), record.getAsLong()))
        : Optional.empty();
  }

  /**
   * Puts on record that a person says the edits of a database login since then were theirs, as far
   * as nobody said so before. Returns how many; 0 the second time.
   */
  public long claim(String login, Instant since, String actor, String reason) throws SQLException {
    long claimed = 0;
    try (var statement = prepared("SELECT {api}.claim_edits(?, ?, ?, ?)")) {
      statement.setString(1, login);
      statement.setObject(2, since.atOffset(ZoneOffset.UTC));
      statement.setString(3, actor);
      statement.setString(4, reason);
      for (int more = claimedOnce(statement); more > 0; more = claimedOnce(statement)) {
        claimed += more;
      }
    }
    return claimed;
  }

  private static int claimedOnce(PreparedStatement statement) throws SQLException {
    try (var rows = statement.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }

  /** How many edits of a database login since then nobody claimed. */
  public long unclaimed(String login, Instant since) throws SQLException {
    try (var statement =
        prepared(
            "SELECT count(*) FROM {log}.record r WHERE r.kind = 'edit' AND r.actor = ?"
                + " AND r.at >= ? AND NOT EXISTS (SELECT FROM {log}.claimed k"
                + " WHERE k.record_id = r.id AND k.leaf = r.leaf)")) {
      statement.setString(1, login);
      statement.setObject(2, since.atOffset(ZoneOffset.UTC));
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  /** How many records are selected. */
  public long count(Selection selection) throws SQLException {
    try (var statement = prepared("SELECT count(*) FROM {log}.record r" + selected(selection))) {
      bind(statement, selection);
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private static String selected(Selection selection) {
    return " WHERE r.at >= ?"
        + (selection.orderId().isPresent() ? " AND r.order_id = ?" : "")
        + (selection.kind().isPresent() ? " AND r.kind = ?" : "");
  }

  /** Returns the number of the next parameter. */
  private static int bind(PreparedStatement statement, Selection selection) throws SQLException {
    int next = 1;
    statement.setObject(next++, selection.since().atOffset(ZoneOffset.UTC));
    if (selection.orderId().isPresent()) {
      statement.setString(next++, selection.orderId().get());
    }
    if (selection.kind().isPresent()) {
      statement.setString(next++, selection.kind().get());
    }
    return next;
  }

  /** Where the sealer stopped; empty when somebody removed the row. */
  public Optional<Head> head() throws SQLException {
    try (var statement = prepared("SELECT seq, chain FROM {log}.seal_head");
        var rows = statement.executeQuery()) {
      return rows.next()
          ? Optional.of(new Head(rows.getLong("seq"), Bytes.of(rows.getBytes("chain"))))
          : Optional.empty();
    }
  }

  /** The name of the log in this database, which a backup keeps. */
  public String logId() throws SQLException {
    try (var statement = prepared("SELECT id FROM {log}.audit_log");
        var rows = statement.executeQuery()) {
      return rows.next() ? orEmpty(rows.getString(1)) : "";
    }
  }

  /**
   * Which database this is, whatever it is called and whatever is in it: its cluster's number and
   * its own. A restored backup is another. Empty when the login may not know.
   */
  public Optional<String> database() throws SQLException {
    try (var statement =
            prepared("SELECT has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')");
        var rows = statement.executeQuery()) {
      rows.next();
      if (!rows.getBoolean(1)) {
        return Optional.empty();
      }
    }
    try (var statement =
            prepared(
                "SELECT c.system_identifier || ' ' || d.oid FROM pg_catalog.pg_control_system() c,"
                    + " pg_catalog.pg_database d WHERE d.datname = current_database()");
        var rows = statement.executeQuery()) {
      return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
    }
  }

  /** The highest epoch of a stream's lease; 0 without a stream, and where there are none. */
  long leaseEpoch() throws SQLException {
    if (home == LogHome.OPS) {
      return 0;
    }
    try (var statement = prepared("SELECT coalesce(max(lease_epoch), 0) FROM {log}.stream");
        var rows = statement.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** What may still come as of one moment. Whoever reads seals after it has all the others. */
  Outstanding outstanding() throws SQLException {
    try (var statement =
        prepared(
            """
            SELECT pg_snapshot_xmax(s.now)::text AS next,
              ARRAY(SELECT i::text::bigint FROM pg_snapshot_xip(s.now) i) AS running,
              ARRAY(SELECT DISTINCT r.xid::text::bigint FROM {log}.unsealed u
                JOIN {log}.record r ON r.id = u.record_id LIMIT ?) AS unsealed
            FROM (SELECT pg_current_snapshot() AS now) s\
            """)) {
      statement.setInt(1, Outstanding.MOST + 1);
      try (var rows = statement.executeQuery()) {
        rows.next();
        return Outstanding.of(
            numbers(rows, "running"),
            Long.parseLong(rows.getString("next")),
            numbers(rows, "unsealed"));
      }
    }
  }

  private static List<Long> numbers(ResultSet rows, String column) throws SQLException {
    return List.of((Long[]) rows.getArray(column).getArray());
  }

  /** Seals in ascending order whose records are there, from the one after {@code seq} on. */
  List<SealedLeaf> leavesAfter(long seq, int limit) throws SQLException {
    try (var statement =
        prepared(
            "SELECT s.seq, textsend(r.kind) AS kind, r.leaf, s.chain FROM {log}.seal s"
                + " JOIN {log}.record r ON r.id = s.record_id"
                + " WHERE s.seq > ? ORDER BY s.seq LIMIT ?")) {
      statement.setLong(1, seq);
      statement.setInt(2, limit);
      var found = new ArrayList<SealedLeaf>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(
              new SealedLeaf(
                  rows.getLong("seq"),
                  text(rows, "kind"),
                  Bytes.of(rows.getBytes("leaf")),
                  Bytes.of(rows.getBytes("chain"))));
        }
      }
      return List.copyOf(found);
    }
  }

  /** The time of the record under one seal, as its entry would write it; empty without one. */
  String sealedAt(long seq) throws SQLException {
    try (var statement =
        prepared(
            "SELECT r.at FROM {log}.seal s JOIN {log}.record r ON r.id = s.record_id"
                + " WHERE s.seq = ?")) {
      statement.setLong(1, seq);
      try (var rows = statement.executeQuery()) {
        return rows.next()
            ? RecordTime.text(rows.getObject("at", OffsetDateTime.class).toInstant())
            : "";
      }
    }
  }

  /** The value of one seal; empty when it is not there. */
  Optional<Bytes> chainAt(long seq) throws SQLException {
    try (var statement = prepared("SELECT chain FROM {log}.seal WHERE seq = ?")) {
      statement.setLong(1, seq);
      try (var rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(Bytes.of(rows.getBytes(1))) : Optional.empty();
      }
    }
  }

  /** What is done with the texts of sealed records, in the order of their seals. */
  @FunctionalInterface
  interface Sealed {
    void take(long seq, long recordId, Bytes entry) throws SQLException, IOException;
  }

  /**
   * Every sealed record up to a seal, piece by piece, as of one moment. The connection has to be in
   * auto-commit.
   */
  void eachSealed(long upTo, Sealed sealed) throws SQLException, IOException {
    connection.setAutoCommit(false);
    try (var statement =
        prepared(
            "SELECT s.seq, r.id, textsend(r.entry) AS entry FROM {log}.seal s"
                + " JOIN {log}.record r ON r.id = s.record_id WHERE s.seq <= ? ORDER BY s.seq")) {
      statement.setLong(1, upTo);
      statement.setFetchSize(FETCHED);
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          sealed.take(rows.getLong("seq"), rows.getLong("id"), Bytes.of(rows.getBytes("entry")));
        }
      }
    } finally {
      if (!connection.isClosed()) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  /** What waits for its seal. */
  public Unsealed unsealed() throws SQLException {
    try (var statement =
            prepared(
                "SELECT count(*) OVER () AS records, u.record_id,"
                    + " extract(epoch FROM clock_timestamp() - "
                    + VISIBLE_SINCE
                    + ") AS age FROM {log}.unsealed u"
                    + " LEFT JOIN {log}.record r ON r.id = u.record_id"
                    + " ORDER BY age DESC NULLS LAST LIMIT 1");
        var rows = statement.executeQuery()) {
      return rows.next()
          ? new Unsealed(
              rows.getLong("records"), OptionalLong.of(rows.getLong("record_id")), age(rows))
          : new Unsealed(0, OptionalLong.empty(), Duration.ZERO);
    }
  }

  /** Transactions that hold locks for writing on the orders table. */
  public OpenTransactions openTransactions() throws SQLException {
    return openTransactions(OpenTransactions.LONGEST);
  }

  OpenTransactions openTransactions(Duration longest) throws SQLException {
    try (var statement =
        prepared(
            """
            SELECT l.pid, a.usename, a.application_name, a.state,
              extract(epoch FROM clock_timestamp() - a.xact_start) AS age
            FROM (
              SELECT DISTINCT pid FROM pg_catalog.pg_locks
              WHERE locktype = 'relation' AND granted
                AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
                AND relation = '{watched}'::regclass
                AND mode IN ('RowShareLock', 'RowExclusiveLock', 'ShareRowExclusiveLock',
                  'ExclusiveLock', 'AccessExclusiveLock')) l
            LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
            WHERE l.pid IS DISTINCT FROM pg_backend_pid() ORDER BY age DESC NULLS FIRST\
            """)) {
      long hidden = 0;
      var overdue = new ArrayList<OpenTransaction>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          if (rows.getObject("age") == null) {
            hidden++;
          } else if (age(rows).compareTo(longest) > 0 && overdue.size() < MOST_OPEN) {
            overdue.add(
                new OpenTransaction(
                    rows.getInt("pid"),
                    orEmpty(rows.getString("usename")),
                    orEmpty(rows.getString("application_name")),
                    orEmpty(rows.getString("state")),
                    age(rows)));
          }
        }
      }
      return hidden == 0
          ? new OpenTransactions.Seen(overdue)
          : new OpenTransactions.Hidden(hidden, overdue);
    }
  }

  /**
   * Checks everything as of one moment, in bounded memory. Takes a transaction of its own; on a
   * connection that is not in auto-commit it looks from inside the caller's.
   */
  public AuditReport verify() throws SQLException {
    return verify(new AuditChain());
  }

  /** The same, held against the checkpoints that are kept outside; none is a finding. */
  public AuditReport verify(CheckpointHistory checkpoints) throws SQLException {
    return verify(new AuditChain(checkpoints)).with(checkpoints.boundaries());
  }

  private AuditReport verify(AuditChain chain) throws SQLException {
    if (!connection.getAutoCommit()) {
      return new ChainStore(connection, home).read(chain);
    }
    int isolation = connection.getTransactionIsolation();
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setAutoCommit(false);
    try {
      return new ChainStore(connection, home).read(chain);
    } finally {
      if (!connection.isClosed()) {
        connection.rollback();
        connection.setAutoCommit(true);
        connection.setTransactionIsolation(isolation);
      }
    }
  }

  static String text(ResultSet rows, String column) throws SQLException {
    return Bytes.of(rows.getBytes(column)).text();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  static OptionalLong maybeLong(ResultSet rows, String column) throws SQLException {
    long value = rows.getLong(column);
    return rows.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** Of a column in seconds; zero where it is null or, by a clock set back, negative. */
  static Duration age(ResultSet rows) throws SQLException {
    return Duration.ofMillis(Math.max(0, Math.round(rows.getDouble("age") * 1000)));
  }
}
