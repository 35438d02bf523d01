package dev.metaops.main;

import dev.metaops.store.Database;
import dev.metaops.store.Migrations;
import dev.metaops.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** An orders database for the training: a fresh ledger, and an order for most verdicts. */
final class LessonStore {
  private static final String ROWS =
      """
      ALTER TABLE public.orders DISABLE TRIGGER metaops_guard;
      INSERT INTO public.orders (id, state, buyer, seller, token, amount, escrow_contract,
        escrow_key, fund_by, transaction_hash, created_at, updated_at, state_since)
      SELECT 'ord_' || i,
        (ARRAY['CREATED', 'PENDING', 'PENDING', 'CONFIRMED', 'DISPUTED', 'SETTLED', 'CREATED'])[i],
        '0x' || repeat('b', 40), '0x' || repeat('5', 40), '0x' || repeat('0', 40),
        i * 120000000000000000, '0x00000000000000000000000000000000000000e5',
        '0x' || encode(sha256(i::text::bytea), 'hex'), now() + (i - 2) * interval '1 day',
        '0x' || repeat('7', 64), now() - interval '3 days', now() - interval '1 hour',
        now() - i * interval '5 hours'
      FROM generate_series(1, 7) i;
      ALTER TABLE public.orders ENABLE ALWAYS TRIGGER metaops_guard;
      UPDATE metaops.order_status s SET chain_id = 31337, event_block = 90, event_log_index = 0,
        event_block_hash = sha256('block'), event_transaction = sha256('transaction'),
        finality = 'final', folded_state = CASE o.id WHEN 'ord_3' THEN 'SETTLED' ELSE o.state END,
        chain_state = CASE o.id WHEN 'ord_3' THEN 'SETTLED' WHEN 'ord_4' THEN 'SETTLED'
          WHEN 'ord_5' THEN 'CONFLICT' ELSE o.state END, row_waits = o.id = 'ord_3'
      FROM public.orders o WHERE o.id = s.order_id AND o.state <> 'CREATED';
      SELECT metaops.ensure_event_partition(0);
      INSERT INTO metaops.event (chain_id, block_number, block_hash, log_index, transaction_hash,
        contract, kind, escrow_key, order_ref, amount, deadline, source, final)
      SELECT 31337, 90, sha256('block'), row_number() OVER (), sha256('transaction'),
        decode(substr(escrow_contract, 3), 'hex'), 'CREATED', decode(substr(escrow_key, 3), 'hex'),
        id, amount, now() + interval '1 day', 'listener', true
      FROM public.orders WHERE state <> 'CREATED';
      INSERT INTO metaops.stream (chain_id, start_number, cursor_number, cursor_hash, cursor_time,
        settle_on, settled_number, head_number, head_time, seen_at, applied_at)
      VALUES (31337, 0, 100, sha256('head'), now(), 'finalized', 95, 100, now(),
        now() + interval '1 hour', now());
      """;

  private LessonStore() {}

  /** Fills an empty database. Not by Flyway, whose classes no short command needs. */
  static void fill(Database empty, Deadline deadline) throws SQLException {
    try (Connection connection = empty.connect(deadline);
        Statement statement = connection.createStatement()) {
      statement.execute(Migrations.script("db/orders"));
      statement.execute(ROWS);
    }
  }
}
