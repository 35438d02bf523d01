-- The listener's writes: events, order status, row changes and cursor in one transaction, fenced
-- by the lease of the chain's stream. No lock is waited for longer than lock_timeout says: a session
-- that hangs on to one costs a batch, which is tried again. What only functions of metaops call has no
-- search_path of its own, here and in the other files: they have set one, and setting it costs as much as
-- a small statement.

CREATE OR REPLACE FUNCTION metaops.event_partition_width() RETURNS bigint
LANGUAGE sql IMMUTABLE RETURN 5000000::bigint;

CREATE OR REPLACE FUNCTION metaops.ensure_event_partition(p_number bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_from bigint := p_number / metaops.event_partition_width() * metaops.event_partition_width();
  v_name text := 'event_from_' || v_from;
BEGIN
  IF to_regclass('metaops.' || v_name) IS NULL THEN
    -- Not CREATE TABLE … PARTITION OF: that locks out every session that has read events.
    EXECUTE format('CREATE TABLE metaops.%I
      (LIKE metaops.event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', v_name);
    EXECUTE format('ALTER TABLE metaops.event ATTACH PARTITION metaops.%I
      FOR VALUES FROM (%s) TO (%s)', v_name, v_from, v_from + metaops.event_partition_width());
    EXECUTE format('GRANT SELECT ON metaops.%I TO metaops_service', v_name);
  END IF;
END
$$;

-- Pins the chain and the place to start. Idempotent; a second start elsewhere changes nothing.
CREATE OR REPLACE FUNCTION metaops_api.open_stream(p_chain_id bigint, p_number bigint,
  p_hash bytea, p_parent_hash bytea, p_time timestamptz, p_settle_on text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
DECLARE
  v_other bigint;
BEGIN
  SELECT s.chain_id INTO v_other FROM metaops.stream s WHERE s.chain_id <> p_chain_id LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'chain id % refused: this database follows chain %', p_chain_id, v_other
      USING ERRCODE = 'MO002', HINT = 'Check RPC_URL and DATABASE_URL: one of them is of another environment.';
  END IF;
  INSERT INTO metaops.stream (chain_id, start_number, cursor_number, cursor_hash, cursor_time, settle_on)
  VALUES (p_chain_id, p_number, p_number, p_hash, p_time, p_settle_on)
  ON CONFLICT (chain_id) DO NOTHING;
  IF FOUND THEN
    -- The last block a reorg can be compared with, should it take back all that follow.
    INSERT INTO metaops.block (chain_id, number, hash, parent_hash, time)
    VALUES (p_chain_id, p_number, p_hash, p_parent_hash, p_time)
    ON CONFLICT DO NOTHING;
  ELSE
    UPDATE metaops.stream SET settle_on = p_settle_on
    WHERE chain_id = p_chain_id AND settle_on <> p_settle_on;
  END IF;
END
$$;

-- Takes the stream's lease if it is free, expired, already the holder's, or that of p_over, whom the
-- caller knows to be dead; NULL if someone else has it. Each taking is a new epoch.
CREATE OR REPLACE FUNCTION metaops_api.take_lease(
  p_chain_id bigint, p_holder text, p_over text, p_ttl interval) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
  UPDATE metaops.stream SET
    lease_holder = p_holder,
    lease_epoch = lease_epoch + 1,
    lease_expires_at = clock_timestamp() + p_ttl
  WHERE chain_id = p_chain_id
    AND (lease_holder IS NULL OR lease_holder IN (p_holder, p_over)
      OR lease_expires_at < clock_timestamp())
  RETURNING lease_epoch
$$;

CREATE OR REPLACE FUNCTION metaops_api.give_up_lease(p_chain_id bigint, p_epoch bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
  UPDATE metaops.stream SET lease_holder = NULL, lease_expires_at = NULL
  WHERE chain_id = p_chain_id AND lease_epoch = p_epoch
$$;

CREATE OR REPLACE FUNCTION metaops.hold_stream(
  p_chain_id bigint, p_epoch bigint, p_ttl interval) RETURNS metaops.stream
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_stream metaops.stream;
BEGIN
  SELECT * INTO v_stream FROM metaops.stream WHERE chain_id = p_chain_id FOR UPDATE;
  IF v_stream.lease_epoch IS DISTINCT FROM p_epoch OR v_stream.lease_holder IS NULL THEN
    RAISE EXCEPTION 'fenced: the lease of chain % is at epoch %, not %',
      p_chain_id, v_stream.lease_epoch, p_epoch USING ERRCODE = 'MO003';
  END IF;
  UPDATE metaops.stream SET lease_expires_at = clock_timestamp() + p_ttl WHERE chain_id = p_chain_id;
  RETURN v_stream;
END
$$;

-- Says that the holder lives and what it sees, without moving the cursor.
CREATE OR REPLACE FUNCTION metaops_api.report_stream(
  p_chain_id bigint, p_epoch bigint, p_ttl interval, p_seen jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
BEGIN
  PERFORM metaops.hold_stream(p_chain_id, p_epoch, p_ttl);
  UPDATE metaops.stream SET
    head_number = coalesce((p_seen ->> 'head')::bigint, head_number),
    head_time = coalesce((p_seen ->> 'head_time')::timestamptz, head_time),
    safe_number = coalesce((p_seen ->> 'safe')::bigint, safe_number),
    finalized_number = coalesce((p_seen ->> 'finalized')::bigint, finalized_number),
    seen_at = CASE WHEN p_seen ? 'head' THEN clock_timestamp() ELSE seen_at END,
    trouble_since = CASE
      WHEN p_seen ->> 'trouble' IS NULL THEN NULL
      ELSE coalesce(trouble_since, clock_timestamp()) END,
    trouble = p_seen ->> 'trouble'
  WHERE chain_id = p_chain_id;
END
$$;

-- Writes events, once each; answers the keys they concern.
CREATE OR REPLACE FUNCTION metaops.keep_events(p_chain bigint, p_source text, p_settled bigint[],
  p_number bigint[], p_hash bytea[], p_index integer[], p_transaction bytea[], p_contract bytea[],
  p_kind text[], p_key bytea[], p_order text[], p_buyer bytea[], p_seller bytea[], p_token bytea[],
  p_party bytea[], p_amount numeric[], p_deadline timestamptz[]) RETURNS bytea[]
LANGUAGE plpgsql AS $$
DECLARE
  v_number bigint;
  v_ensured bigint := -1;
BEGIN
  FOREACH v_number IN ARRAY coalesce(p_number, '{}') LOOP
    IF v_number / metaops.event_partition_width() <> v_ensured THEN
      PERFORM metaops.ensure_event_partition(v_number);
      v_ensured := v_number / metaops.event_partition_width();
    END IF;
  END LOOP;

  INSERT INTO metaops.event AS t (chain_id, block_number, block_hash, log_index, transaction_hash,
    contract, kind, escrow_key, order_ref, buyer, seller, token, party, amount, deadline, source, final)
  SELECT p_chain, e.number, e.hash, e.index, e.transaction, e.contract, e.kind, e.key, e."order",
    e.buyer, e.seller, e.token, e.party, e.amount, e.deadline, p_source, e.number <= e.settled
  FROM unnest(p_settled, p_number, p_hash, p_index, p_transaction, p_contract, p_kind, p_key, p_order,
      p_buyer, p_seller, p_token, p_party, p_amount, p_deadline)
    AS e(settled, number, hash, index, transaction, contract, kind, key, "order", buyer, seller, token,
      party, amount, deadline)
  ON CONFLICT (chain_id, block_number, block_hash, log_index) DO UPDATE
    SET canonical = true, orphaned_at = NULL, final = t.final OR excluded.final
    WHERE NOT t.canonical OR t.final < excluded.final;

  -- What could not be read once and can be now, as the ABI was put right.
  IF EXISTS (SELECT FROM metaops.quarantine) THEN
    DELETE FROM metaops.quarantine q USING unnest(p_number, p_hash, p_index) AS e(number, hash, index)
    WHERE q.chain_id = p_chain AND q.block_number = e.number AND q.block_hash = e.hash
      AND q.log_index = e.index;
  END IF;
  RETURN ARRAY(SELECT DISTINCT k FROM unnest(p_key) k);
END
$$;

-- Events as JSON, [{chain, number, hash, index, ...}], all of one chain; an array of them for each block
-- up to which they are settled.
CREATE OR REPLACE FUNCTION metaops.insert_events(p_events jsonb[], p_source text, p_settled bigint[])
RETURNS bytea[]
LANGUAGE plpgsql AS $$
DECLARE
  v_keys bytea[];
BEGIN
  SELECT metaops.keep_events(min(e.chain), p_source, array_agg(e.settled), array_agg(e.number),
    array_agg(decode(e.hash, 'hex')), array_agg(e.index), array_agg(decode(e.transaction, 'hex')),
    array_agg(decode(e.contract, 'hex')), array_agg(e.kind), array_agg(decode(e.key, 'hex')),
    array_agg(e."order"), array_agg(decode(e.buyer, 'hex')), array_agg(decode(e.seller, 'hex')),
    array_agg(decode(e.token, 'hex')), array_agg(decode(e.party, 'hex')), array_agg(e.amount),
    array_agg(e.deadline))
  INTO v_keys
  FROM (
    SELECT g.settled, e.*
    FROM unnest(p_events, p_settled) AS g(events, settled)
    CROSS JOIN LATERAL jsonb_to_recordset(g.events) AS e(
      chain bigint, number bigint, hash text, index integer, transaction text, contract text,
      kind text, key text, "order" text, buyer text, seller text, token text, party text,
      amount numeric, deadline timestamptz)
    -- Two that write the same events do not wait for each other both ways.
    ORDER BY e.number, e.index) e;
  RETURN v_keys;
END
$$;

CREATE OR REPLACE FUNCTION metaops.insert_proofs(p_chain_id bigint, p_proofs jsonb) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO metaops.proof (chain_id, block_number, block_hash, transaction_hash, first_log, proof)
  SELECT p_chain_id, p.number, decode(p.hash, 'hex'), decode(p.transaction, 'hex'), p.first_log,
    decode(p.proof, 'base64')
  FROM jsonb_to_recordset(coalesce(p_proofs, '[]'))
    AS p(number bigint, hash text, transaction text, first_log integer, proof text)
  ON CONFLICT (chain_id, block_hash, transaction_hash) DO NOTHING
$$;

-- Keeps mapped events that do not decode; answers the keys whose orders they hold back.
CREATE OR REPLACE FUNCTION metaops.insert_quarantine(p_chain_id bigint, p_quarantine jsonb)
RETURNS bytea[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO metaops.quarantine AS t (chain_id, block_number, block_hash, log_index,
    transaction_hash, contract, escrow_key, why)
  SELECT p_chain_id, q.number, decode(q.hash, 'hex'), q.index, decode(q.transaction, 'hex'),
    decode(q.contract, 'hex'), decode(q.key, 'hex'), q.why
  FROM jsonb_to_recordset(coalesce(p_quarantine, '[]')) AS q(number bigint, hash text,
    index integer, transaction text, contract text, key text, why text)
  ON CONFLICT (chain_id, block_number, block_hash, log_index) DO UPDATE SET canonical = true;
  RETURN ARRAY(
    SELECT DISTINCT decode(q ->> 'key', 'hex')
    FROM jsonb_array_elements(coalesce(p_quarantine, '[]')) q WHERE q ? 'key');
END
$$;

-- Applies one batch. All of it or nothing; applying a batch twice changes nothing the second time
-- (its "from" no longer is the cursor: MO004).
--   {chain, epoch, ttl_ms, from: {number, hash}, rewind_to?: {number, hash},
--    blocks: [{number, hash, parent, time, completeness}], quarantine: [...], follow?: [contract],
--    cursor: {number, hash, time}, settled?: {number, hash, anchor}, scope, head, head_time, safe?,
--    finalized?}
-- Hex without 0x. Events and the proofs of their transactions come column by column, in chain order:
-- they are the bulk of it, and as JSON they cost more than being written.
-- The rows that moved are answered column by column, for the same reason. waiting is how many rows wait
-- to be moved.
CREATE OR REPLACE FUNCTION metaops_api.apply_events(p_batch jsonb,
  p_number bigint[], p_hash bytea[], p_index integer[], p_transaction bytea[], p_contract bytea[],
  p_kind text[], p_key bytea[], p_order text[], p_buyer bytea[], p_seller bytea[], p_token bytea[],
  p_party bytea[], p_amount numeric[], p_deadline timestamptz[],
  p_proof_number bigint[], p_proof_hash bytea[], p_proof_transaction bytea[],
  p_proof_first_log integer[], p_proof bytea[],
  OUT moved text[], OUT moved_from text[], OUT moved_to text[], OUT orphaned integer,
  OUT waiting bigint, OUT frozen boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s'
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_chain bigint := (p_batch ->> 'chain')::bigint;
  v_stream metaops.stream;
  v_keys bytea[] := '{}';
  v_more bytea[];
  v_settled bigint;
  v_rewind bigint;
BEGIN
  orphaned := 0;
  v_stream := metaops.hold_stream(v_chain, (p_batch ->> 'epoch')::bigint,
    make_interval(secs => (p_batch ->> 'ttl_ms')::numeric / 1000));
  IF v_stream.cursor_number <> (p_batch #>> '{from,number}')::bigint
    OR v_stream.cursor_hash <> decode(p_batch #>> '{from,hash}', 'hex')
  THEN
    RAISE EXCEPTION 'cursor of chain % stands at %, not at %', v_chain, v_stream.cursor_number,
      p_batch #>> '{from,number}' USING ERRCODE = 'MO004';
  END IF;
  v_settled := greatest(v_stream.settled_number, (p_batch #>> '{settled,number}')::bigint);

  IF p_batch ? 'rewind_to' THEN
    v_rewind := (p_batch #>> '{rewind_to,number}')::bigint;
    IF v_rewind < v_stream.settled_number THEN
      RAISE EXCEPTION 'reorg to block % reaches past settled block %', v_rewind,
        v_stream.settled_number USING ERRCODE = 'MO005',
        HINT = 'Rows rest on blocks the chain took back. Nothing is moved until people decide.';
    END IF;
    UPDATE metaops.block SET canonical = false, orphaned_at = clock_timestamp()
    WHERE chain_id = v_chain AND number > v_rewind AND canonical AND NOT final;
    WITH orphans AS (
      UPDATE metaops.event SET canonical = false, orphaned_at = clock_timestamp()
      WHERE chain_id = v_chain AND block_number > v_rewind AND canonical AND NOT final
      RETURNING escrow_key
    )
    SELECT array_agg(DISTINCT escrow_key), count(*) INTO v_more, orphaned FROM orphans;
    v_keys := v_keys || coalesce(v_more, '{}');
    WITH orphans AS (
      UPDATE metaops.quarantine SET canonical = false
      WHERE chain_id = v_chain AND block_number > v_rewind AND canonical
      RETURNING escrow_key
    )
    SELECT array_agg(DISTINCT escrow_key) FILTER (WHERE escrow_key IS NOT NULL)
    INTO v_more FROM orphans;
    v_keys := v_keys || coalesce(v_more, '{}');
  END IF;

  BEGIN
    INSERT INTO metaops.block AS t
      (chain_id, number, hash, parent_hash, time, final, has_events, completeness)
    SELECT v_chain, b.number, decode(b.hash, 'hex'), decode(b.parent, 'hex'), b.time,
      b.number <= v_settled, decode(b.hash, 'hex') IN (SELECT unnest(p_hash)), b.completeness
    FROM jsonb_to_recordset(p_batch -> 'blocks')
      AS b(number bigint, hash text, parent text, time timestamptz, completeness text)
    ON CONFLICT (chain_id, number, hash) DO UPDATE
      SET canonical = true, orphaned_at = NULL, final = t.final OR excluded.final,
        has_events = t.has_events OR excluded.has_events, completeness = excluded.completeness;
  EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'a block of this batch stands where the ledger has proved another'
      USING ERRCODE = 'MO005', HINT = 'The provider shows a fork below a final block.';
  END;

  v_keys := v_keys || metaops.keep_events(v_chain, 'listener',
    array_fill(v_settled, ARRAY[coalesce(cardinality(p_number), 0)]), p_number, p_hash, p_index,
    p_transaction, p_contract, p_kind, p_key, p_order, p_buyer, p_seller, p_token, p_party, p_amount,
    p_deadline);

  INSERT INTO metaops.proof (chain_id, block_number, block_hash, transaction_hash, first_log, proof)
  SELECT v_chain, p.number, p.hash, p.transaction, p.first_log, p.proof
  FROM unnest(p_proof_number, p_proof_hash, p_proof_transaction, p_proof_first_log, p_proof)
    AS p(number, hash, transaction, first_log, proof)
  ON CONFLICT (chain_id, block_hash, transaction_hash) DO NOTHING;

  v_keys := v_keys || metaops.insert_quarantine(v_chain, p_batch -> 'quarantine');

  INSERT INTO metaops.followed (chain_id, contract)
  SELECT v_chain, decode(c, 'hex')
  FROM jsonb_array_elements_text(coalesce(p_batch -> 'follow', '[]')) c
  ON CONFLICT DO NOTHING;

  UPDATE metaops.stream SET
    cursor_number = (p_batch #>> '{cursor,number}')::bigint,
    cursor_hash = decode(p_batch #>> '{cursor,hash}', 'hex'),
    cursor_time = (p_batch #>> '{cursor,time}')::timestamptz,
    settled_hash = CASE WHEN v_settled > settled_number
      THEN decode(p_batch #>> '{settled,hash}', 'hex') ELSE settled_hash END,
    settled_moved_at = CASE WHEN v_settled > settled_number
      THEN clock_timestamp() ELSE settled_moved_at END,
    settled_number = v_settled,
    head_number = (p_batch ->> 'head')::bigint,
    head_time = (p_batch ->> 'head_time')::timestamptz,
    safe_number = coalesce((p_batch ->> 'safe')::bigint, safe_number),
    finalized_number = coalesce((p_batch ->> 'finalized')::bigint, finalized_number),
    seen_at = clock_timestamp(),
    applied_at = clock_timestamp(),
    trouble = NULL,
    trouble_since = NULL
  WHERE chain_id = v_chain;

  IF v_settled > v_stream.settled_number THEN
    UPDATE metaops.block SET final = true
    WHERE chain_id = v_chain AND number BETWEEN v_stream.settled_number + 1 AND v_settled
      AND canonical AND NOT final;
    WITH finals AS (
      UPDATE metaops.event SET final = true
      WHERE chain_id = v_chain AND block_number <= v_settled AND canonical AND NOT final
      RETURNING escrow_key
    )
    SELECT array_agg(DISTINCT escrow_key) INTO v_more FROM finals;
    v_keys := v_keys || coalesce(v_more, '{}');
    PERFORM metaops.certify(v_chain,
      greatest(v_stream.settled_number, v_stream.start_number) + 1, v_settled,
      coalesce((p_batch #>> '{settled,anchor}')::integer, 1), p_batch ->> 'scope');
    DELETE FROM metaops.block
    WHERE chain_id = v_chain AND NOT has_events AND number < v_settled - 256;
  END IF;

  WITH met AS (
    DELETE FROM metaops.unmatched u USING metaops.order_status s
    WHERE s.escrow_key = u.escrow_key RETURNING u.escrow_key
  ), waiting AS (
    SELECT s.escrow_key FROM metaops.order_status s WHERE s.row_waits LIMIT 500
  )
  SELECT array_agg(k) INTO v_more
  FROM (SELECT escrow_key AS k FROM met UNION SELECT escrow_key FROM waiting) both_kinds;
  v_keys := v_keys || coalesce(v_more, '{}');

  SELECT coalesce(array_agg(f.order_id), '{}'), coalesce(array_agg(f.from_state), '{}'),
    coalesce(array_agg(f.to_state), '{}')
  INTO moved, moved_from, moved_to
  FROM metaops.refold(v_keys, 'listener', 'epoch ' || (p_batch ->> 'epoch')) f;
  SELECT count(*) INTO waiting FROM metaops.order_status s WHERE s.row_waits;
  frozen := metaops.is_frozen();
END
$$;
