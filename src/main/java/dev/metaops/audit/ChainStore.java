package dev.metaops.audit;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/**
 * Reads everything that is in one log, for an {@link AuditChain}: the seals in their order, a page
 * at a time, and the records of each page by their ids, so that the database neither joins nor
 * sorts what is long. Another thread hashes what was read before. Takes the caller's transaction,
 * which has to see one moment. Not thread-safe.
 */
final class ChainStore {
  /** Seals and records in memory at a time, in up to four pages. */
  private static final int PAGE = 1_000;

  /** Transfers bytes as they are, from the first execution on. */
  private static final int AS_THEY_ARE = -1;

  /** Bytes as stored, even where they are no text any more. */
  private static final String STORED =
      """
      r.id, timestamptz_send(r.at) AS at, textsend(r.kind) AS kind,
      textsend(r.order_id) AS order_id, textsend(r.actor) AS actor, textsend(r.entry) AS entry,
      r.leaf\
      """;

  private final Connection connection;
  private final LogHome home;

  ChainStore(Connection connection, LogHome home) {
    this.connection = connection;
    this.home = home;
  }

  /** Everything, in the order in which the chain wants it. */
  AuditReport read(AuditChain chain) throws SQLException {
    try (var hashing = new Behind()) {
      readSeals(page -> hashing.then(() -> page.forEach(chain::link)));
      Optional<Head> head = new RecordStore(connection, home).head();
      hashing.then(() -> chain.head(head));
      hashing.await();
    }
    readLate(chain);
    readSealedTwice(chain);
    readUnsealed(chain);
    switch (home) {
      case ORDERS -> readPlans(chain);
      case OPS -> new DecidedRowStore(this).read(chain);
    }
    return chain.report();
  }

  /** Takes seals in their order. */
  @FunctionalInterface
  private interface Pages {
    void take(List<Link> page);
  }

  /** A seal without its record. */
  private record Seal(long seq, long recordId, Bytes chain) {}

  private void readSeals(Pages pages) throws SQLException {
    var page = new ArrayList<Seal>(PAGE);
    try (PreparedStatement records =
        prepared("SELECT " + STORED + " FROM {log}.record r WHERE r.id = ANY (?)")) {
      each(
          "SELECT seq, record_id, chain FROM {log}.seal ORDER BY seq, record_id",
          rows -> {
            page.add(new Seal(rows.getLong(1), rows.getLong(2), Bytes.taken(rows.getBytes(3))));
            if (page.size() == PAGE) {
              pages.take(linked(records, page));
              page.clear();
            }
          });
      if (!page.isEmpty()) {
        pages.take(linked(records, page));
      }
    }
  }

  private List<Link> linked(PreparedStatement records, List<Seal> seals) throws SQLException {
    Map<Long, List<StoredRecord>> stored = stored(records, seals);
    var links = new ArrayList<Link>(seals.size());
    for (Seal seal : seals) {
      List<StoredRecord> found = stored.getOrDefault(seal.recordId(), List.of());
      if (found.isEmpty()) {
        links.add(new Link(seal.seq(), seal.recordId(), seal.chain(), Optional.empty()));
      }
      for (StoredRecord record : found) {
        links.add(new Link(seal.seq(), seal.recordId(), seal.chain(), Optional.of(record)));
      }
    }
    return links;
  }

  /** By id; more than one of an id where somebody removed the key. */
  private Map<Long, List<StoredRecord>> stored(PreparedStatement records, List<Seal> seals)
      throws SQLException {
    Array ids = connection.createArrayOf("bigint", seals.stream().map(Seal::recordId).toArray());
    records.setArray(1, ids);
    var stored = HashMap.<Long, List<StoredRecord>>newHashMap(seals.size());
    try (var rows = records.executeQuery()) {
      while (rows.next()) {
        StoredRecord record = stored(rows);
        stored.merge(
            record.id(),
            List.of(record),
            (one, other) -> {
              var both = new ArrayList<>(one);
              both.addAll(other);
              return both;
            });
      }
    }
    ids.free();
    return stored;
  }

  private void readLate(AuditChain chain) throws SQLException {
    List<Late> late = chain.late();
    for (int from = 0; from < late.size(); from += PAGE) {
      List<Late> page = late.subList(from, Math.min(late.size(), from + PAGE));
      Set<Long> explained = explained(page);
      page.stream()
          .filter(one -> !explained.contains(one.recordId().orElseThrow()))
          .forEach(chain::backdated);
    }
  }

  private Set<Long> explained(List<Late> page) throws SQLException {
    Map<Long, Late> byId = new HashMap<>();
    page.forEach(late -> byId.put(late.recordId().orElseThrow(), late));
    var explained = new HashSet<Long>();
    try (PreparedStatement statement =
        prepared(
            "SELECT r.id, r.xid::text::bigint, r.xmin::text::bigint FROM {log}.record r"
                + " WHERE r.id = ANY (?)")) {
      statement.setArray(1, connection.createArrayOf("bigint", byId.keySet().toArray()));
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          Late late = byId.get(rows.getLong(1));
          if (late != null && late.isExplainedBy(rows.getLong(2), rows.getLong(3))) {
            explained.add(rows.getLong(1));
          }
        }
      }
    }
    return explained;
  }

  private void readSealedTwice(AuditChain chain) throws SQLException {
    each(
        """
        SELECT record_id, seq FROM (
          SELECT record_id, seq, row_number() OVER (PARTITION BY record_id ORDER BY seq) AS nth
          FROM {log}.seal WHERE record_id IN (
            SELECT record_id FROM {log}.seal GROUP BY record_id HAVING count(*) > 1)) s
        WHERE nth > 1 ORDER BY seq\
        """,
        rows -> chain.sealedAgain(rows.getLong("record_id"), rows.getLong("seq")));
  }

  private void readUnsealed(AuditChain chain) throws SQLException {
    each(
        "SELECT "
            + STORED
            + ", u.record_id IS NOT NULL AS waits, extract(epoch FROM clock_timestamp() - "
            + RecordStore.VISIBLE_SINCE
            + ") AS age FROM (SELECT id FROM {log}.record EXCEPT SELECT record_id FROM"
            + " {log}.seal) n JOIN {log}.record r ON r.id = n.id LEFT JOIN {log}.unsealed u"
            + " ON u.record_id = r.id ORDER BY r.id",
        rows -> {
          if (rows.getBoolean("waits")) {
            chain.waiting(stored(rows), RecordStore.age(rows));
          } else {
            chain.unlinked(stored(rows));
          }
        });
    // Nothing joins a record that somebody left without a number.
    each(
        "SELECT " + STORED + " FROM {log}.record r WHERE r.id IS NULL",
        rows -> chain.unlinked(stored(rows)));
    each(
        """
        SELECT u.record_id, min(s.seq) AS seq FROM {log}.unsealed u
        LEFT JOIN {log}.record r ON r.id = u.record_id
        LEFT JOIN {log}.seal s ON s.record_id = u.record_id
        WHERE r.id IS NULL OR s.seq IS NOT NULL GROUP BY u.record_id ORDER BY u.record_id\
        """,
        rows -> {
          OptionalLong seq = RecordStore.maybeLong(rows, "seq");
          if (seq.isPresent()) {
            chain.waitingThoughSealed(rows.getLong("record_id"), seq.getAsLong());
          } else {
            chain.waitingWithoutRecord(rows.getLong("record_id"));
          }
        });
  }

  /**
   * A digest's 64 hex digits appear in the text of the record that tells of it, and by accident
   * nowhere. A text comes once, with the first of its orders; of two rows that somebody gave one
   * digest each comes.
   */
  private void readPlans(AuditChain chain) throws SQLException {
    var plans = new Gathered(chain);
    each(
        """
        SELECT coalesce(a.digest, o.digest) AS digest, textsend(o.order_id) AS order_id,
          coalesce(textsend(a.plan_id), '') AS plan_id,
          CASE WHEN row_number() OVER (
            PARTITION BY coalesce(a.digest, o.digest), a.ctid ORDER BY o.order_id) = 1
            THEN coalesce(textsend(a.plan), '') END AS plan, (
          SELECT min(r.id) FROM metaops.record r
          WHERE r.kind = 'plan' AND r.order_id = o.order_id
            AND position(convert_to(encode(o.digest, 'hex'), 'UTF8') IN textsend(r.entry)) > 0) AS record_id
        FROM metaops.applied_plan a FULL JOIN metaops.applied_order o ON o.digest = a.digest
        ORDER BY coalesce(a.digest, o.digest), a.ctid, o.order_id\
        """,
        rows -> {
          byte @Nullable [] text = rows.getBytes("plan");
          if (text != null) {
            plans.begin(
                RecordStore.text(rows, "plan_id"),
                Bytes.of(rows.getBytes("digest")),
                Bytes.of(text));
          }
          byte @Nullable [] order = rows.getBytes("order_id");
          if (order != null) {
            plans.add(
                new AppliedPlan.Part(
                    Bytes.of(order).text(), RecordStore.maybeLong(rows, "record_id")));
          }
        });
    plans.end();
    each(
        """
        SELECT r.id FROM metaops.record r WHERE r.kind = 'plan' AND NOT EXISTS (
          SELECT FROM metaops.applied_order a WHERE a.order_id = r.order_id
            AND position(convert_to(encode(a.digest, 'hex'), 'UTF8') IN textsend(r.entry)) > 0)
        ORDER BY r.id\
        """,
        rows -> chain.recordOfLostPlan(rows.getLong("id")));
  }

  /** Plans whose orders come row by row. */
  private static final class Gathered {
    private final AuditChain chain;
    private final List<AppliedPlan.Part> parts = new ArrayList<>();
    private Optional<AppliedPlan> plan = Optional.empty();

    Gathered(AuditChain chain) {
      this.chain = chain;
    }

    void begin(String planId, Bytes digest, Bytes text) {
      end();
      plan = Optional.of(new AppliedPlan(planId, digest, text, List.of()));
    }

    void add(AppliedPlan.Part part) {
      parts.add(part);
    }

    void end() {
      plan.ifPresent(
          one -> chain.plan(new AppliedPlan(one.planId(), one.digest(), one.text(), parts)));
      parts.clear();
    }
  }

  /** Does something with the row the cursor is on. */
  @FunctionalInterface
  interface Row {
    void take(ResultSet rows) throws SQLException;
  }

  /** Outside auto-commit, so that the driver fetches piece by piece. */
  void each(String sql, Row row) throws SQLException {
    try (PreparedStatement statement = prepared(sql)) {
      statement.setFetchSize(PAGE);
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          row.take(rows);
        }
      }
    }
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(home.sql(sql));
    statement.unwrap(PGStatement.class).setPrepareThreshold(AS_THEY_ARE);
    return statement;
  }

  private static StoredRecord stored(ResultSet rows) throws SQLException {
    byte @Nullable [] at = rows.getBytes(2);
    byte @Nullable [] orderId = rows.getBytes(4);
    return new StoredRecord(
        rows.getLong(1),
        at == null ? "" : RecordTime.text(at),
        Bytes.taken(rows.getBytes(3)).text(),
        orderId == null ? Optional.empty() : Optional.of(Bytes.taken(orderId).text()),
        Bytes.taken(rows.getBytes(5)).text(),
        Bytes.taken(rows.getBytes(6)),
        Bytes.taken(rows.getBytes(7)));
  }
}
