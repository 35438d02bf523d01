package dev.metaops.audit;

import dev.metaops.store.Database;
import dev.metaops.testing.TestPostgres;
import dev.metaops.time.SystemTicker;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** An orders database of its own, with sessions in it that belong to different people. */
final class RecordedOrders implements AutoCloseable {
  private static final String ADDRESS = "0x%040x";

  private final Database database = TestPostgres.withOrdersSchema();
  private final List<Connection> sessions = new ArrayList<>();
  private int orders;

  /** A session of the superuser, as this application. */
  Connection session(String application) throws SQLException {
    Connection session =
        new Database(database.url(), application, SystemTicker.SYSTEM)
            .connect(TestPostgres.minute());
    sessions.add(session);
    return session;
  }

  /** A session of a login without any right but on the orders table. */
  Connection traderSession(String application) throws SQLException {
    Connection session = session(application);
    String login = "trader_" + database.url().database();
    run(
        session,
        "DO $$ BEGIN CREATE ROLE "
            + login
            + " LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON public.orders TO " + login,
        "SET SESSION AUTHORIZATION " + login);
    return session;
  }

  /** Inserts an order in state CREATED; returns its escrow key without 0x. */
  String order(Connection session, String id) throws SQLException {
    String key = String.format("%064x", ++orders);
    run(
        session,
        "INSERT INTO public.orders (id, buyer, seller, amount, escrow_contract, escrow_key) VALUES"
            + " ('"
            + id
            + "', '"
            + String.format(ADDRESS, 0xb0)
            + "', '"
            + String.format(ADDRESS, 0x5e)
            + "', 1000, '"
            + String.format(ADDRESS, 0xe5)
            + "', '0x"
            + key
            + "')");
    return key;
  }

  /** Edits the notes of an order, which makes one record. */
  static void note(Connection session, String id, String note) throws SQLException {
    run(session, "UPDATE public.orders SET notes = '" + note + "' WHERE id = '" + id + "'");
  }

  /** Appends as many records, without sealing them. */
  static void records(Connection session, int count) throws SQLException {
    run(
        session,
        "SELECT count(metaops.append_record('refusal', 'order-' || n % 100, 'kim',"
            + " jsonb_build_object('asked', 'SETTLED', 'why', repeat('money is still in escrow ',"
            + " 20), 'n', n))) FROM generate_series(1, "
            + count
            + ") n");
  }

  /** Moves an order from CREATED to PENDING by a plan that rests on its escrow's creation. */
  static void plan(Connection session, String planId, String orderId, String key)
      throws SQLException {
    String version =
        text(session, "SELECT xmin::text FROM public.orders WHERE id = '" + orderId + "'");
    String block = "b1".repeat(32);
    String plan =
        """
        {"id":"%s","verb":"order fix","class":"RESYNC","actor":"kim","reason":"listener died",\
        "chain":31337,"expires_at":"2999-01-01T00:00:00Z","targets":[{"order":"%s","from":"CREATED",\
        "to":"PENDING","row_version":"%s","settled":100,"blocks":[{"number":7,"hash":"%s",\
        "parent":"%s","time":"2026-11-01T00:00:00Z"}],"events":[{"chain":31337,"number":7,\
        "hash":"%s","index":%d,"transaction":"%s","contract":"%040x","kind":"CREATED","key":"%s",\
        "order":"%s","buyer":"%040x","seller":"%040x","token":"%040x","amount":1000}]}]}\
        """
            .formatted(
                planId,
                orderId,
                version,
                block,
                "b0".repeat(32),
                block,
                Math.abs(orderId.hashCode() % 1000),
                "7a".repeat(32),
                0xe5,
                key,
                orderId,
                0xb0,
                0x5e,
                0);
    String outcome =
        text(
            session,
            "SELECT metaops_api.apply_plan(p, sha256(convert_to(p, 'UTF8')))::text FROM (SELECT '"
                + plan
                + "' AS p) t");
    if (!outcome.contains("applied")) {
      throw new IllegalStateException(outcome);
    }
  }

  static void run(Connection session, String... statements) throws SQLException {
    try (var statement = session.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  static String text(Connection session, String sql) throws SQLException {
    try (var statement = session.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "no row";
    }
  }

  @Override
  public void close() throws SQLException {
    for (Connection session : sessions) {
      session.close();
    }
  }
}
