package dev.metaops.stories;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.Batch;
import dev.metaops.ledger.Lease;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.store.Database;
import dev.metaops.testing.TestPostgres;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A database of its own in which races are run one after the other, and who takes part. */
final class RaceLane implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofHours(2);

  final RaceChain chain = new RaceChain();
  final Map<String, List<String>> moved = new HashMap<>();
  final RaceSession listener;
  final RaceSession fix;
  final RaceSession sameFix;
  final RaceSession application;
  final RaceSession tableOwner;
  private final Connection referee;
  private final Connection holder;
  private final Lease lease;

  RaceLane(RaceWeakness weakness) throws SQLException {
    Database database = TestPostgres.withOrdersSchema();
    referee = database.connect(deadline());
    execute("ALTER DATABASE " + database.url().database() + " SET deadlock_timeout = '20ms'");
    execute("ALTER DATABASE " + database.url().database() + " SET synchronous_commit = off");
    Database application = login(database, "race_application");
    Database owner = login(database, "race_owner");
    execute("GRANT SELECT, INSERT, UPDATE, DELETE ON public.orders TO race_application");
    execute("ALTER TABLE public.orders OWNER TO race_owner");
    execute("SET synchronous_commit = off");
    execute(weakness.sql());
    holder = database.connect(deadline());
    listener = new RaceSession(database.connect(deadline()));
    fix = new RaceSession(database.connect(deadline()));
    sameFix = new RaceSession(database.connect(deadline()));
    this.application = new RaceSession(application.connect(deadline()));
    this.tableOwner = new RaceSession(owner.connect(deadline()));
    var ledger = new LedgerStore(referee);
    ledger.openStream(
        RaceChain.ID, chain.head().header(), new dev.metaops.chain.SettleOn.Finalized());
    lease = ledger.takeLease(RaceChain.ID, "race", Optional.empty(), LONGEST).orElseThrow();
  }

  private static Deadline deadline() {
    return Deadline.in(LONGEST, SystemTicker.SYSTEM);
  }

  private Database login(Database database, String name) throws SQLException {
    execute(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '"
            + name
            + "') THEN CREATE ROLE "
            + name
            + " LOGIN PASSWORD 'only-in-tests'; END IF; END $$");
    String secret = database.url().secretText();
    return new Database(
        DatabaseUrl.of(
            "postgres://" + name + ":only-in-tests" + secret.substring(secret.lastIndexOf('@'))),
        "psql",
        SystemTicker.SYSTEM);
  }

  private void execute(String sql) throws SQLException {
    try (var statement = referee.createStatement()) {
      statement.execute(sql);
    }
  }

  /** For whoever does one thing after the other. */
  Connection alone() {
    return referee;
  }

  void insert(List<String> orders) throws SQLException {
    try (var statement =
        referee.prepareStatement(
            "INSERT INTO public.orders"
                + " (id, buyer, seller, token, amount, escrow_contract, escrow_key, notes)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, '')")) {
      for (String order : orders) {
        statement.setString(1, order);
        statement.setString(2, RaceChain.BUYER.text());
        statement.setString(3, RaceChain.SELLER.text());
        statement.setString(4, RaceChain.TOKEN.text());
        statement.setBigDecimal(5, new BigDecimal(RaceChain.AMOUNT));
        statement.setString(6, RaceChain.CONTRACT.text());
        statement.setString(7, RaceChain.key(order).text());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** One batch of the listener, in whatever transaction this connection is. */
  Applied apply(Connection connection, Batch batch) throws SQLException {
    return new LedgerStore(connection).apply(lease, batch);
  }

  /** The listener brings the ledger where its node is, with nobody in its way. */
  void follow(int notFinal) throws SQLException {
    Batch batch = chain.batch(notFinal);
    switch (apply(referee, batch)) {
      case Applied.Committed committed -> isWritten(batch, committed);
      case Applied.Fenced fenced -> throw new IllegalStateException(fenced.why());
      case Applied.CursorElsewhere elsewhere -> throw new IllegalStateException(elsewhere.why());
      case Applied.PastSettled past -> throw new IllegalStateException(past.why());
    }
  }

  /** The same while somebody else holds this row. */
  void followWhileHeld(String order, int notFinal) throws SQLException {
    holder.setAutoCommit(false);
    try (var statement =
        holder.prepareStatement("SELECT FROM public.orders WHERE id = ? FOR UPDATE")) {
      statement.setString(1, order);
      statement.execute();
      follow(notFinal);
    } finally {
      holder.rollback();
    }
  }

  /** A batch of the listener was committed. */
  void isWritten(Batch batch, Applied.Committed committed) {
    chain.isWritten(batch);
    for (Applied.Move move : committed.moved()) {
      moved
          .computeIfAbsent(move.orderId(), _ -> new ArrayList<>())
          .add(move.from() + " to " + move.to());
    }
  }

  /** Whether each of these waits for a lock, as the server sees it. */
  boolean areAllBlocked(List<RaceSession> sessions) throws SQLException {
    Object[] processes = sessions.stream().map(one -> one.process).toArray();
    try (var statement =
        referee.prepareStatement(
            "SELECT count(*) FROM unnest(?) p WHERE cardinality(pg_blocking_pids(p)) = 0")) {
      statement.setArray(1, referee.createArrayOf("int4", processes));
      try (var found = statement.executeQuery()) {
        found.next();
        return found.getLong(1) == 0;
      }
    }
  }

  /** A row and what the ledger makes of it, at the end. */
  record Row(String state, String notes, boolean waits) {}

  /** A change that somebody wrote down. */
  record Written(String kind, String from, String to, String notesBefore, String notesAfter) {}

  Map<String, Row> rows(List<String> orders) throws SQLException {
    Map<String, Row> rows = new HashMap<>();
    try (var statement =
        referee.prepareStatement(
            "SELECT o.id, o.state, o.notes, s.row_waits FROM public.orders o"
                + " JOIN metaops.order_status s ON s.order_id = o.id WHERE o.id = ANY (?)")) {
      statement.setArray(1, referee.createArrayOf("text", orders.toArray()));
      try (var found = statement.executeQuery()) {
        while (found.next()) {
          rows.put(
              found.getString(1),
              new Row(found.getString(2), found.getString(3), found.getBoolean(4)));
        }
      }
    }
    return rows;
  }

  /** What was written down of each order: by us in order_change, of others in record. */
  Map<String, List<Written>> written(List<String> orders) throws SQLException {
    Map<String, List<Written>> written = new HashMap<>();
    try (var statement =
        referee.prepareStatement(
            "SELECT order_id, cause, from_state, to_state, '', '', id FROM metaops.order_change"
                + " WHERE order_id = ANY (?) UNION ALL"
                + " SELECT order_id, 'record ' || kind, e #>> '{before,state}',"
                + " e #>> '{after,state}', e #>> '{before,notes}', e #>> '{after,notes}', id"
                + " FROM metaops.record, LATERAL (SELECT (entry::jsonb) -> 'body') AS b(e)"
                + " WHERE order_id = ANY (?) ORDER BY 7")) {
      statement.setArray(1, referee.createArrayOf("text", orders.toArray()));
      statement.setArray(2, referee.createArrayOf("text", orders.toArray()));
      try (var found = statement.executeQuery()) {
        while (found.next()) {
          written
              .computeIfAbsent(found.getString(1), _ -> new ArrayList<>())
              .add(
                  new Written(
                      found.getString(2),
                      found.getString(3),
                      found.getString(4),
                      found.getString(5),
                      found.getString(6)));
        }
      }
    }
    return written;
  }

  @Override
  public void close() throws SQLException {
    for (RaceSession session : List.of(listener, fix, sameFix, application, tableOwner)) {
      session.close();
    }
    holder.close();
    referee.close();
  }
}
