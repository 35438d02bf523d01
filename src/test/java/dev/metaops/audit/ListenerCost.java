package dev.metaops.audit;

import static dev.metaops.audit.RecordedOrders.run;
import static dev.metaops.audit.RecordedOrders.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What it costs the listener that its changes are on record: processor time of its session, which
 * other work on the machine does not change, to apply events that move a row each.
 */
@SuppressWarnings("InlineFormatString") // The statements are longer than the code.
final class ListenerCost {
  private static final int BATCH = 1_000;
  private static final int BATCHES = 20;
  private static final double TICKS_A_SECOND = 100;

  private static final String ORDERS =
      """
      INSERT INTO public.orders (id, buyer, seller, amount, escrow_contract, escrow_key)
      SELECT 'o-' || n, '0x' || repeat('b', 40), '0x' || repeat('c', 40), 1000,
        '0x' || repeat('e', 40), '0x' || lpad(to_hex(n), 64, '0') FROM generate_series(1, %d) n\
      """;

  /** Of 50 blocks after block %1$d, with the epoch %2$d. */
  private static final String APPLY =
      """
      SELECT metaops_api.apply_events(
        jsonb_build_object('chain', 31337, 'epoch', %2$d, 'ttl_ms', 3600000,
          'from', jsonb_build_object('number', %1$d, 'hash', lpad(to_hex(%1$d), 64, '0')),
          'blocks', (SELECT jsonb_agg(jsonb_build_object('number', b,
              'hash', lpad(to_hex(b), 64, '0'), 'parent', lpad(to_hex(b - 1), 64, '0'),
              'time', now(), 'completeness', 'receipts'))
            FROM generate_series(%1$d + 1, %1$d + 50) b),
          'cursor', jsonb_build_object('number', %1$d + 50,
            'hash', lpad(to_hex(%1$d + 50), 64, '0'), 'time', now()),
          'scope', 'bench', 'head', %1$d + 50, 'head_time', now()),
        array_agg(e.b), array_agg(decode(lpad(to_hex(e.b), 64, '0'), 'hex')), array_agg(e.i),
        array_agg(e.key), array_agg(decode(repeat('e', 40), 'hex')), array_agg('CREATED'::text),
        array_agg(e.key), array_agg('o-' || e.n), array_agg(decode(repeat('b', 40), 'hex')),
        array_agg(decode(repeat('c', 40), 'hex')), array_agg(NULL::bytea), array_agg(NULL::bytea),
        array_agg(1000::numeric), array_agg(NULL::timestamptz),
        '{}', '{}', '{}', '{}', '{}')
      FROM (
        SELECT n, (%1$d + 1 + (n - 1) %% 1000 / 20)::bigint AS b, ((n - 1) %% 20)::integer AS i,
          decode(lpad(to_hex(n), 64, '0'), 'hex') AS key
        FROM generate_series(%1$d / 50 * 1000 + 1, %1$d / 50 * 1000 + 1000) n) e\
      """;

  /** What is on record. */
  enum Recording {
    AS_SHIPPED,
    /** The guard alone: no trigger for edits, no row for a change. */
    GUARD_ONLY
  }

  private ListenerCost() {}

  /** In an orders database without any order; seconds of the session's processor time. */
  static double seconds(Connection listener, Recording recording) throws Exception {
    run(
        listener,
        ORDERS.formatted(BATCH * BATCHES),
        "SELECT metaops_api.open_stream(31337, 0, decode(repeat('0', 64), 'hex'),"
            + " decode(repeat('0', 64), 'hex'), now(), 'latest')",
        "ANALYZE");
    if (recording == Recording.GUARD_ONLY) {
      withoutRecording(listener);
    }
    long epoch =
        Long.parseLong(
            text(listener, "SELECT metaops_api.take_lease(31337, 'bench', NULL, '1 h')"));
    double before = processorTime(listener);
    for (int batch = 0; batch < BATCHES; batch++) {
      run(listener, APPLY.formatted(batch * 50, epoch));
    }
    double seconds = processorTime(listener) - before;
    String moved = text(listener, "SELECT count(*) FROM public.orders WHERE state = 'PENDING'");
    if (!moved.equals(String.valueOf(BATCH * BATCHES))) {
      throw new IllegalStateException(moved + " orders moved");
    }
    return seconds;
  }

  /** Where the fold writes down each change, it only names it. */
  private static void withoutRecording(Connection owner) throws SQLException {
    run(owner, "ALTER TABLE public.orders DISABLE TRIGGER metaops_record");
    String folds = text(owner, "SELECT pg_get_functiondef('metaops.refold'::regproc)");
    int from = folds.indexOf("INSERT INTO metaops.order_change");
    int select = folds.indexOf("SELECT w.id, s.from_state", from);
    int end = folds.indexOf("RETURNING order_id, from_state, to_state", select);
    if (from < 0 || select < 0 || end < 0) {
      throw new IllegalStateException("metaops.refold writes its changes in another way now");
    }
    run(
        owner,
        folds.substring(0, from)
            + folds
                .substring(select, end)
                .replace("SELECT w.id, s.from_state", "SELECT w.id AS order_id, s.from_state")
            + folds.substring(end + "RETURNING order_id, from_state, to_state".length()));
  }

  /** Seconds that the server's process of this session used so far. */
  static double processorTime(Connection session) throws SQLException, IOException {
    String text =
        Files.readString(Path.of("/proc", text(session, "SELECT pg_backend_pid()"), "stat"));
    List<String> fields = List.of(text.substring(text.lastIndexOf(')') + 2).split(" "));
    return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / TICKS_A_SECOND;
  }
}
