package dev.metaops.bench;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.store.Database;
import dev.metaops.store.Migrations;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A database full of orders: 13,700 new ones a day, or as many as fill ten days, half of the
 * youngest {@code open} rows still open and as many again left over from all the time before. The
 * ledger agrees with all but 50 of them.
 */
public record LoadedOrders(EmbeddedPostgres server, String name, long rows, long open) {
  private static final Duration MOST = Duration.ofMinutes(15);
  private static final long MOST_A_DAY = 13_700;

  private static final String ORDERS =
      """
      INSERT INTO public.orders (id, state, buyer, seller, token, amount, escrow_contract,
        escrow_key, fund_by, block_number, transaction_hash, created_at, updated_at, state_since)
      SELECT id, state, '0x' || substr(h, 1, 40), '0x' || substr(h, 21, 40),
        CASE WHEN i %% 3 = 0 THEN '0x2791bca1f2de4661ed88a30c99a7a9449aa84174'
          ELSE '0x0000000000000000000000000000000000000000' END,
        CASE WHEN i %% 3 = 0 THEN (1 + r * 5000)::bigint * 1000000::numeric(78)
          ELSE (1 + r * 50000)::bigint * 100000000000000::numeric(78) END,
        '0xe7f1725e7734ce288f8367e1bb143e90bb3f0512', '0x' || h, at + interval '24 hours',
        CASE WHEN state <> 'CREATED' THEN 80000000 - extract(epoch FROM now() - at)::bigint / 2 END,
        CASE WHEN state <> 'CREATED' THEN '0x' || reverse(h) END, at, since, since
      FROM (
        SELECT i, id, h, r, at, least(at + r * interval '20 hours', now()) AS since,
          CASE
            WHEN CASE WHEN i > %1$d - %2$d THEN i %% 2 = 0
              ELSE i %% greatest(2, 2 * (%1$d - %2$d) / %2$d) = 0 END
            THEN (ARRAY['CREATED', 'PENDING', 'PENDING', 'PENDING', 'PENDING', 'DEPOSITED',
              'CONFIRMED', 'TRADED', 'DISPUTED', 'PENDING'])[1 + (r * 1e6)::int %% 10]
            ELSE (ARRAY['SETTLED', 'SETTLED', 'SETTLED', 'SETTLED', 'SETTLED', 'SETTLED',
              'SETTLED', 'REFUNDED', 'CANCELLED', 'SETTLED'])[1 + (r * 1e6)::int %% 10]
          END AS state
        FROM (
          SELECT i, 'ord_' || lpad(i::text, 8, '0') AS id, random() AS r,
            encode(sha256(('ord_' || lpad(i::text, 8, '0'))::bytea), 'hex') AS h,
            now() - (%1$d - i) * interval '1 day' / %3$d AS at
          FROM generate_series(%4$d::bigint, %5$d::bigint) i OFFSET 0
        ) o
      ) o\
      """;

  private static final String STATUS =
      """
      INSERT INTO metaops.order_status (order_id, escrow_key, version, folded_state, chain_state,
        finality, chain_id, event_block, event_block_hash, event_log_index, event_transaction,
        changed_at)
      SELECT id, decode(substr(escrow_key, 3), 'hex'), CASE state WHEN 'CREATED' THEN 0 ELSE 1 END,
        state, state, CASE state WHEN 'CREATED' THEN 'none' ELSE 'final' END,
        CASE WHEN state <> 'CREATED' THEN 31337 END, block_number,
        CASE WHEN state <> 'CREATED' THEN sha256(int8send(block_number)) END,
        CASE WHEN state <> 'CREATED' THEN 0 END, decode(substr(transaction_hash, 3), 'hex'),
        updated_at
      FROM public.orders WHERE ctid >= '(%d,0)'::tid AND ctid < '(%d,0)'::tid\
      """;

  private static final List<String> LEDGER =
      List.of(
          """
          INSERT INTO metaops.stream (chain_id, start_number, cursor_number, cursor_hash,
            cursor_time, settle_on, settled_number, head_number, head_time, seen_at, applied_at)
          VALUES (31337, 0, 80000000, sha256('head'), now(), 'finalized', 79999936, 80000000,
            now(), now(), now())\
          """,
          """
          SELECT metaops.ensure_event_partition(n) FROM generate_series(
            (SELECT min(event_block) FROM metaops.order_status), 80000000 +
            metaops.event_partition_width() - 1, metaops.event_partition_width()) n\
          """,
          """
          INSERT INTO metaops.event (chain_id, block_number, block_hash, log_index,
            transaction_hash, contract, kind, escrow_key, order_ref, buyer, seller, token, amount,
            deadline, source, final)
          SELECT 31337, s.event_block, s.event_block_hash, row_number() OVER (
              PARTITION BY s.event_block ORDER BY o.id), s.event_transaction,
            decode(substr(o.escrow_contract, 3), 'hex'), 'CREATED', s.escrow_key, o.id,
            decode(substr(o.buyer, 3), 'hex'), decode(substr(o.seller, 3), 'hex'),
            decode(substr(o.token, 3), 'hex'), o.amount, o.created_at + interval '7 days',
            'listener', true
          FROM public.orders o JOIN metaops.order_status s ON s.order_id = o.id
          WHERE o.state NOT IN ('SETTLED', 'REFUNDED', 'CANCELLED') AND o.state <> 'CREATED'\
          """,
          """
          UPDATE metaops.order_status SET folded_state = 'SETTLED', chain_state = 'SETTLED',
            row_waits = true
          WHERE order_id IN (SELECT id FROM public.orders
            WHERE state NOT IN ('SETTLED', 'REFUNDED', 'CANCELLED') AND state = 'PENDING'
            ORDER BY state_since DESC LIMIT 40)\
          """,
          """
          UPDATE metaops.order_status SET chain_state = 'CONFLICT', folded_state = 'CONFLICT'
          WHERE order_id IN (SELECT id FROM public.orders
            WHERE state NOT IN ('SETTLED', 'REFUNDED', 'CANCELLED') AND state = 'CONFIRMED'
            ORDER BY state_since DESC LIMIT 10)\
          """);

  /** The database, loaded unless the same was loaded within the last 12 hours. */
  public Database ready() throws Exception {
    Database database = database();
    String wanted =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(
                        (tables() + ORDERS + STATUS + LEDGER + rows + open)
                            .getBytes(StandardCharsets.UTF_8)));
    if (!isLoaded(wanted)) {
      long start = System.nanoTime();
      fresh();
      load(database, wanted);
      say(
          "loaded %,d orders, %,d of them open, in %d s",
          rows, open, (System.nanoTime() - start) / 1_000_000_000);
    }
    return database;
  }

  private Database database() {
    return new Database(
        DatabaseUrl.of(server.instance().secretUrl(name)), "metaops-bench", SystemTicker.SYSTEM);
  }

  /** Tables and indexes as the migrations make them; the functions beside them may change. */
  private static String tables() {
    String script = Migrations.script("db/orders");
    return script.substring(0, script.indexOf("-- db/orders/R__"));
  }

  private boolean isLoaded(String wanted) throws SQLException {
    try (Connection connection = maintenance().connect(most());
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
                    + " WHERE datname = '"
                    + name
                    + "'")) {
      if (!found.next() || found.getString(1) == null) {
        return false;
      }
      String[] written = found.getString(1).split(" ", 2);
      long hours = (System.currentTimeMillis() / 1000 - Long.parseLong(written[1])) / 3600;
      return written[0].equals(wanted) && hours < 12;
    }
  }

  private Database maintenance() {
    return new Database(
        DatabaseUrl.of(server.instance().secretUrl("postgres")),
        "metaops-bench",
        SystemTicker.SYSTEM);
  }

  private void fresh() throws SQLException {
    try (Connection connection = maintenance().connect(most());
        Statement statement = connection.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
      statement.execute("CREATE DATABASE " + name);
    }
  }

  /** Triggers, indexes and unique constraints are off during the load and back afterwards. */
  private void load(Database database, String mark) throws Exception {
    say("loading %,d orders …", rows);
    Migrations.apply(database, "db/orders", most());
    try (Connection connection = database.connect(most())) {
      List<String> triggers =
          texts(
              connection,
              "SELECT tgname FROM pg_trigger WHERE tgrelid = 'public.orders'::regclass"
                  + " AND NOT tgisinternal");
      for (String trigger : triggers) {
        run(connection, "ALTER TABLE public.orders DISABLE TRIGGER " + trigger);
      }
      String ours = " ('public.orders'::regclass, 'metaops.order_status'::regclass) ";
      List<String> indexes =
          texts(
              connection,
              "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid IN"
                  + ours
                  + "AND NOT indisunique");
      List<String> dropIndexes =
          texts(
              connection,
              "SELECT 'DROP INDEX ' || indexrelid::regclass FROM pg_index WHERE indrelid IN"
                  + ours
                  + "AND NOT indisunique");
      List<String> keys =
          texts(
              connection,
              "SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,"
                  + " pg_get_constraintdef(oid)) FROM pg_constraint WHERE contype IN ('p', 'u')"
                  + " AND conrelid IN"
                  + ours);
      List<String> dropKeys =
          texts(
              connection,
              "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)"
                  + " FROM pg_constraint WHERE contype IN ('p', 'u') AND conrelid IN"
                  + ours);
      for (String drop : dropKeys) {
        run(connection, drop);
      }
      for (String drop : dropIndexes) {
        run(connection, drop);
      }

      int pieces = (int) Math.max(2, rows / 500_000);
      List<String> inserts = new ArrayList<>();
      for (int piece = 0; piece < pieces; piece++) {
        inserts.add(
            String.format(
                Locale.ROOT,
                ORDERS,
                rows,
                open,
                Math.min(MOST_A_DAY, rows / 10),
                rows * piece / pieces + 1,
                rows * (piece + 1) / pieces));
      }
      inTwos(database, inserts, "orders");
      long pages =
          Long.parseLong(
              texts(connection, "SELECT pg_relation_size('public.orders') / 8192 + 1").getFirst());
      List<String> statuses = new ArrayList<>();
      for (int piece = 0; piece < pieces; piece++) {
        statuses.add(
            String.format(
                Locale.ROOT, STATUS, pages * piece / pieces, pages * (piece + 1) / pieces));
      }
      inTwos(database, statuses, "order_status");
      inTwos(database, keys, "keys");
      inTwos(database, indexes, "indexes");
      run(connection, "ANALYZE public.orders, metaops.order_status");
      for (String ledger : LEDGER) {
        run(connection, ledger);
      }
      for (String trigger : triggers) {
        run(connection, "ALTER TABLE public.orders ENABLE ALWAYS TRIGGER " + trigger);
      }
      inTwos(
          database,
          List.of(
              "VACUUM (ANALYZE, FREEZE, PARALLEL 0) public.orders",
              "VACUUM (ANALYZE, FREEZE, PARALLEL 0) metaops.order_status"),
          "vacuum");
      run(connection, "VACUUM ANALYZE");
      run(connection, "CHECKPOINT");
      run(
          connection,
          "COMMENT ON DATABASE "
              + name
              + " IS '"
              + mark
              + " "
              + System.currentTimeMillis() / 1000
              + "'");
    }
  }

  /** Two at a time, each on a connection of its own. */
  private static void inTwos(Database database, List<String> statements, String what)
      throws Exception {
    long start = System.nanoTime();
    try (ExecutorService two = Executors.newFixedThreadPool(2)) {
      List<Future<?>> all = new ArrayList<>();
      for (String statement : statements) {
        all.add(
            two.submit(() -> {
              try (Connection connection = database.connect(most())) {
                run(connection, "SET synchronous_commit = off; SET maintenance_work_mem = '1GB'");
                run(connection, statement);
              }
              return null;
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    say("  %-14s %4d s", what, (System.nanoTime() - start) / 1_000_000_000);
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> texts(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }

  private static Deadline most() {
    return Deadline.in(MOST, SystemTicker.SYSTEM);
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
