-- What is known to be complete, what is not, and what was found to be wrong.

-- How long one certificate may be: what a resync reads at most to stand on its end.
CREATE OR REPLACE FUNCTION metaops.certificate_length() RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$ SELECT 10000::bigint $$;

-- Certifies canonical blocks that became final, in runs of one kind: proved (receipts or bloom),
-- agreed, none. The last certificate grows while it is of the same kind.
CREATE OR REPLACE FUNCTION metaops.certify(
  p_chain_id bigint, p_from bigint, p_to bigint, p_anchor integer, p_scope text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_run record;
BEGIN
  FOR v_run IN
    SELECT min(b.number) AS from_block, max(b.number) AS to_block,
      (array_agg(b.parent_hash ORDER BY b.number))[1] AS previous_hash,
      (array_agg(b.hash ORDER BY b.number DESC))[1] AS end_hash,
      CASE WHEN b.kind = 'receipts' AND bool_and(b.completeness = 'bloom') THEN 'bloom'
        ELSE b.kind END AS completeness
    FROM (
      SELECT k.*, k.number - row_number() OVER (PARTITION BY k.kind ORDER BY k.number) AS island
      FROM (
        SELECT t.number, t.hash, t.parent_hash, t.completeness,
          CASE t.completeness WHEN 'bloom' THEN 'receipts' ELSE t.completeness END AS kind
        FROM metaops.block t
        WHERE t.chain_id = p_chain_id AND t.number BETWEEN p_from AND p_to AND t.canonical
      ) k
    ) b
    GROUP BY b.kind, b.island
    ORDER BY 1
  LOOP
    UPDATE metaops.certificate c SET
      to_block = v_run.to_block,
      end_hash = v_run.end_hash,
      completeness = CASE WHEN c.completeness = v_run.completeness THEN c.completeness
        ELSE 'receipts' END,
      made_at = clock_timestamp()
    WHERE c.chain_id = p_chain_id AND c.to_block = v_run.from_block - 1
      AND c.end_hash = v_run.previous_hash AND c.anchor = p_anchor AND c.scope = p_scope
      AND (c.completeness = v_run.completeness
        OR (c.completeness IN ('receipts', 'bloom') AND v_run.completeness IN ('receipts', 'bloom')))
      AND v_run.to_block - c.from_block < metaops.certificate_length();
    IF NOT FOUND THEN
      INSERT INTO metaops.certificate (chain_id, from_block, to_block, previous_hash, end_hash,
        anchor, completeness, scope)
      VALUES (p_chain_id, v_run.from_block, v_run.to_block, v_run.previous_hash, v_run.end_hash,
        p_anchor, v_run.completeness, p_scope);
    END IF;
  END LOOP;
END
$$;

-- What of the settled blocks is not known to be complete, oldest first. With p_agreed, what
-- independent nodes said alike is no gap.
CREATE OR REPLACE FUNCTION metaops_api.gaps(
  p_chain_id bigint, p_scope text, p_agreed boolean, p_limit integer)
RETURNS TABLE (from_block bigint, to_block bigint, why text, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH known AS (
    SELECT c.from_block, c.to_block, c.made_at,
      CASE
        WHEN c.scope <> p_scope THEN 'other-scope'
        WHEN c.completeness = 'none' THEN 'one-node-said-so'
        WHEN c.completeness = 'agreed' AND NOT p_agreed THEN 'agreed-not-proved'
      END AS why
    FROM metaops.certificate c WHERE c.chain_id = p_chain_id
  ), holes AS (
    SELECT k.to_block + 1 AS from_block,
      coalesce(lead(k.from_block) OVER (ORDER BY k.from_block), s.settled_number + 1) - 1 AS to_block,
      k.made_at
    FROM (
      SELECT c.from_block, c.to_block, c.made_at FROM known c
      UNION ALL
      SELECT t.start_number, t.start_number, NULL FROM metaops.stream t WHERE t.chain_id = p_chain_id
    ) k
    JOIN metaops.stream s ON s.chain_id = p_chain_id
  )
  SELECT g.from_block, g.to_block, g.why, g.since FROM (
    SELECT k.from_block, k.to_block, k.why, k.made_at AS since FROM known k WHERE k.why IS NOT NULL
    UNION ALL
    SELECT h.from_block, h.to_block, 'not-read', h.made_at FROM holes h
    WHERE h.to_block >= h.from_block
  ) g
  ORDER BY g.from_block LIMIT p_limit
$$;

-- Raises a finding, or says that it is still so. Answers whether it is new.
CREATE OR REPLACE FUNCTION metaops_api.raise_finding(p_code text, p_subject text, p_severity text,
  p_sentence text, p_evidence jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
DECLARE
  v_fingerprint text := encode(sha256(convert_to(p_code || E'\n' || p_subject, 'UTF8')), 'hex');
BEGIN
  UPDATE metaops.finding f SET
    severity = p_severity, sentence = p_sentence, evidence = p_evidence,
    last_seen = clock_timestamp(), times = f.times + 1
  WHERE f.fingerprint = v_fingerprint AND f.cleared_at IS NULL;
  IF FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO metaops.finding AS f (fingerprint, code, subject, severity, sentence, evidence)
  VALUES (v_fingerprint, p_code, p_subject, p_severity, p_sentence, p_evidence)
  ON CONFLICT (fingerprint) DO UPDATE SET
    severity = excluded.severity, sentence = excluded.sentence, evidence = excluded.evidence,
    first_seen = clock_timestamp(), last_seen = clock_timestamp(), times = f.times + 1,
    cleared_at = NULL;
  RETURN true;
END
$$;

-- Answers whether there was one to clear.
CREATE OR REPLACE FUNCTION metaops_api.clear_finding(p_code text, p_subject text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
BEGIN
  UPDATE metaops.finding SET cleared_at = clock_timestamp()
  WHERE fingerprint = encode(sha256(convert_to(p_code || E'\n' || p_subject, 'UTF8')), 'hex')
    AND cleared_at IS NULL;
  RETURN FOUND;
END
$$;

-- One look found these of a code and no others: the rest of them are over.
CREATE OR REPLACE FUNCTION metaops_api.only_findings(p_code text, p_fingerprints text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
  UPDATE metaops.finding SET cleared_at = clock_timestamp()
  WHERE code = p_code AND cleared_at IS NULL AND fingerprint <> ALL (p_fingerprints)
$$;

-- Keeps what a node said; the oldest of more than 10,000 go.
CREATE OR REPLACE FUNCTION metaops_api.record_lie(
  p_provider text, p_kind text, p_request text, p_answer text, p_expected text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM metaops.provider_lie
  WHERE id <= (SELECT max(id) - 10000 FROM metaops.provider_lie);
  INSERT INTO metaops.provider_lie (provider, kind, request, answer, expected)
  VALUES (left(p_provider, 200), left(p_kind, 50), left(p_request, 65536), left(p_answer, 65536),
    left(p_expected, 65536));
$$;

-- The chain shows another block where the ledger has a settled one. Keeps their fork beside ours,
-- freezes every row, raises the finding. Says the same again without effect.
--   p_fork: [{number, hash, parent, time}], theirs, ascending
CREATE OR REPLACE FUNCTION metaops_api.finality_violated(p_chain_id bigint, p_epoch bigint,
  p_ttl interval, p_sentence text, p_fork jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
DECLARE
  v_stream metaops.stream;
  v_id text := 'finality-' || p_chain_id;
BEGIN
  v_stream := metaops.hold_stream(p_chain_id, p_epoch, p_ttl);
  INSERT INTO metaops.block (chain_id, number, hash, parent_hash, time, canonical)
  SELECT p_chain_id, b.number, decode(b.hash, 'hex'), decode(b.parent, 'hex'), b.time, false
  FROM jsonb_to_recordset(p_fork) AS b(number bigint, hash text, parent text, time timestamptz)
  ON CONFLICT DO NOTHING;
  IF NOT EXISTS (
    SELECT FROM metaops.freeze f WHERE f.id LIKE v_id || '-%' AND f.lifted_at IS NULL)
  THEN
    PERFORM metaops_api.freeze(
      v_id || '-' || v_stream.settled_number || '-' || p_epoch || '-'
        || (SELECT count(*) FROM metaops.freeze),
      'metaops listener', p_sentence, clock_timestamp());
  END IF;
  PERFORM metaops_api.raise_finding('finality-violated', 'chain ' || p_chain_id, 'P1', p_sentence,
    jsonb_build_object(
      'settled', jsonb_build_object('number', v_stream.settled_number,
        'hash', encode(v_stream.settled_hash, 'hex')),
      'ours', (SELECT jsonb_agg(jsonb_build_object('number', o.number, 'hash', encode(o.hash, 'hex'))
          ORDER BY o.number)
        FROM (SELECT b.number, b.hash FROM metaops.block b
          WHERE b.chain_id = p_chain_id AND b.canonical ORDER BY b.number DESC LIMIT 200) o),
      'theirs', p_fork));
END
$$;

-- Goes back to a block of the ledger that the chain still has, though settled blocks stand above it:
-- their events are orphaned, the rows that rest on them are put back to what is left, the freeze that
-- the violation made is lifted. The caller has proved the block; p_evidence says how and is recorded.
-- Answers {moved: [{order, from, to}], orphaned}.
CREATE OR REPLACE FUNCTION metaops_api.rewind_stream(p_chain_id bigint, p_number bigint, p_hash bytea,
  p_actor text, p_reason text, p_evidence jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
DECLARE
  v_stream metaops.stream;
  v_time timestamptz;
  v_keys bytea[];
  v_more bytea[];
  v_orphaned integer;
  v_moved jsonb;
BEGIN
  SELECT * INTO v_stream FROM metaops.stream WHERE chain_id = p_chain_id FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'nothing follows chain %', p_chain_id USING ERRCODE = 'MO011';
  END IF;
  SELECT b.time INTO v_time FROM metaops.block b
  WHERE b.chain_id = p_chain_id AND b.number = p_number AND b.hash = p_hash AND b.canonical;
  IF NOT FOUND OR p_number > v_stream.cursor_number THEN
    RAISE EXCEPTION 'block % is not one the ledger stands on', p_number USING ERRCODE = 'MO011',
      HINT = 'metaops listener rewind without --to shows the last block both forks share.';
  END IF;

  UPDATE metaops.block SET canonical = false, final = false, orphaned_at = clock_timestamp()
  WHERE chain_id = p_chain_id AND number > p_number AND canonical;
  WITH orphans AS (
    UPDATE metaops.event SET canonical = false, final = false, orphaned_at = clock_timestamp()
    WHERE chain_id = p_chain_id AND block_number > p_number AND canonical
    RETURNING escrow_key
  )
  SELECT coalesce(array_agg(DISTINCT escrow_key), '{}'), count(*) INTO v_keys, v_orphaned FROM orphans;
  WITH orphans AS (
    UPDATE metaops.quarantine SET canonical = false
    WHERE chain_id = p_chain_id AND block_number > p_number AND canonical
    RETURNING escrow_key
  )
  SELECT array_agg(DISTINCT escrow_key) FILTER (WHERE escrow_key IS NOT NULL) INTO v_more FROM orphans;
  v_keys := v_keys || coalesce(v_more, '{}');
  DELETE FROM metaops.certificate WHERE chain_id = p_chain_id AND from_block > p_number;
  UPDATE metaops.certificate SET to_block = p_number, end_hash = p_hash
  WHERE chain_id = p_chain_id AND to_block > p_number;
  UPDATE metaops.stream SET
    cursor_number = p_number, cursor_hash = p_hash, cursor_time = v_time,
    settled_number = least(settled_number, p_number),
    settled_hash = CASE WHEN settled_number > p_number THEN p_hash ELSE settled_hash END,
    settled_moved_at = clock_timestamp()
  WHERE chain_id = p_chain_id;

  UPDATE metaops.freeze SET lifted_by = p_actor, lifted_at = clock_timestamp()
  WHERE id LIKE 'finality-' || p_chain_id || '-%' AND lifted_at IS NULL;
  IF metaops.is_frozen() THEN
    RAISE EXCEPTION 'writing is frozen, and rows would have to be put back' USING ERRCODE = 'MO009',
      HINT = 'metaops unfreeze lifts it.';
  END IF;
  SELECT jsonb_agg(jsonb_build_object('order', order_id, 'from', from_state, 'to', to_state))
  INTO v_moved FROM metaops.refold(v_keys, 'rewind', p_reason);
  IF EXISTS (SELECT FROM metaops.order_status s WHERE s.escrow_key = ANY (v_keys) AND s.row_waits) THEN
    RAISE EXCEPTION 'a row that has to be put back is held by another session'
      USING ERRCODE = 'MO012', HINT = 'End that session and try again; nothing was changed.';
  END IF;
  PERFORM metaops_api.clear_finding('finality-violated', 'chain ' || p_chain_id);
  PERFORM metaops.append_record('rewind', NULL, p_actor, jsonb_build_object(
    'chain', p_chain_id, 'to', jsonb_build_object('number', p_number, 'hash', encode(p_hash, 'hex')),
    'from', jsonb_build_object('number', v_stream.cursor_number,
      'hash', encode(v_stream.cursor_hash, 'hex'), 'settled', v_stream.settled_number),
    'reason', p_reason, 'evidence', p_evidence, 'orphaned', v_orphaned,
    'moved', coalesce(v_moved, '[]'), 'connection', metaops.whoever()));
  RETURN jsonb_build_object('moved', coalesce(v_moved, '[]'), 'orphaned', v_orphaned);
END
$$;

-- How much is known of a block: what is read again may only raise it.
CREATE OR REPLACE FUNCTION metaops.strength(p_completeness text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE p_completeness WHEN 'receipts' THEN 3 WHEN 'bloom' THEN 2 WHEN 'agreed' THEN 1 ELSE 0 END
$$;

-- Takes out of the ledger what proved blocks (completeness receipts) do not hold, or not so, and keeps
-- it in refuted_event. Absent is only what the reading speaks of: what its contracts emitted. A log that is
-- there and means nothing now is not made up where an earlier configuration read it, nor is one outside
-- the blocks of its deployment; nor what a factory announced that is not watched now. Answers those that
-- counted:
-- [{number, hash, index, stood, why, kind?, key}].
CREATE OR REPLACE FUNCTION metaops.refute(p_batch jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_chain bigint := (p_batch ->> 'chain')::bigint;
  v_contracts bytea[] := ARRAY(
    SELECT decode(c, 'hex') FROM jsonb_array_elements_text(p_batch -> 'contracts') c);
  v_watched bytea[] := ARRAY(
    SELECT decode(c, 'hex') FROM jsonb_array_elements_text(p_batch -> 'watched') c);
  v_other_scope bigint[];
  v_proved bigint[] := ARRAY(
    SELECT (b ->> 'number')::bigint FROM jsonb_array_elements(p_batch -> 'blocks') b
    WHERE b ->> 'completeness' = 'receipts');
  v_spared jsonb;
  v_refuted jsonb;
  v_more jsonb;
BEGIN
  v_other_scope := ARRAY(
    SELECT n FROM unnest(v_proved) n
    CROSS JOIN LATERAL (SELECT c.to_block, c.scope FROM metaops.certificate c
      WHERE c.chain_id = v_chain AND c.from_block <= n ORDER BY c.from_block DESC LIMIT 1) c
    WHERE c.to_block >= n AND c.scope <> p_batch ->> 'scope');
  SELECT coalesce(jsonb_agg(u), '[]') INTO v_spared
  FROM jsonb_array_elements(p_batch -> 'unread') u
  WHERE u ->> 'why' = 'outside' OR (u ->> 'number')::bigint = ANY (v_other_scope);

  WITH said AS (
    SELECT e.number, decode(e.hash, 'hex') AS hash, e.index, decode(e.transaction, 'hex') AS transaction,
      decode(e.contract, 'hex') AS contract, e.kind, decode(e.key, 'hex') AS key, e."order",
      decode(e.buyer, 'hex') AS buyer, decode(e.seller, 'hex') AS seller,
      decode(e.token, 'hex') AS token, decode(e.party, 'hex') AS party, e.amount, e.deadline
    FROM jsonb_to_recordset(p_batch -> 'events') AS e(number bigint, hash text, index integer,
      transaction text, contract text, kind text, key text, "order" text, buyer text, seller text,
      token text, party text, amount numeric, deadline timestamptz)
  ), wrong AS (
    SELECT k.block_number, k.block_hash, k.log_index,
      CASE WHEN s.index IS NULL THEN 'absent' ELSE 'differs' END AS why
    FROM metaops.event k
    LEFT JOIN said s ON s.number = k.block_number AND s.hash = k.block_hash AND s.index = k.log_index
    WHERE k.chain_id = v_chain AND k.block_number = ANY (v_proved)
      AND CASE WHEN s.index IS NULL
        THEN k.canonical AND k.contract = ANY (v_contracts)
          AND (k.kind <> 'CREATED' OR k.contract = ANY (v_watched)
            OR k.block_number <> ALL (v_other_scope))
          AND NOT EXISTS (
            SELECT FROM jsonb_to_recordset(v_spared) AS u(number bigint, index integer)
            WHERE u.number = k.block_number AND u.index = k.log_index)
        ELSE (k.transaction_hash, k.contract, k.kind, k.escrow_key, k.order_ref, k.buyer, k.seller,
            k.token, k.party, k.amount, k.deadline)
          IS DISTINCT FROM (s.transaction, s.contract, s.kind, s.key, s."order", s.buyer, s.seller,
            s.token, s.party, s.amount, s.deadline) END
  ), gone AS (
    DELETE FROM metaops.event k USING wrong w
    WHERE k.chain_id = v_chain AND k.block_number = w.block_number
      AND k.block_hash = w.block_hash AND k.log_index = w.log_index
    RETURNING k.block_number, k.block_hash, k.log_index, k.kind, k.escrow_key, k.canonical, w.why,
      to_jsonb(k) AS said
  ), kept AS (
    INSERT INTO metaops.refuted_event
      (chain_id, block_number, block_hash, log_index, stood, why, said)
    SELECT v_chain, g.block_number, g.block_hash, g.log_index, 'event', g.why, g.said FROM gone g
  )
  SELECT coalesce(jsonb_agg(jsonb_build_object('number', g.block_number,
    'hash', encode(g.block_hash, 'hex'), 'index', g.log_index, 'stood', 'event', 'why', g.why,
    'kind', g.kind, 'key', encode(g.escrow_key, 'hex'))
    ORDER BY g.block_number, g.log_index) FILTER (WHERE g.canonical), '[]')
  INTO v_refuted FROM gone g;

  WITH said AS (
    SELECT q.number, decode(q.hash, 'hex') AS hash, q.index, decode(q.transaction, 'hex') AS transaction,
      decode(q.contract, 'hex') AS contract, decode(q.key, 'hex') AS key
    FROM jsonb_to_recordset(p_batch -> 'quarantine') AS q(number bigint, hash text, index integer,
      transaction text, contract text, key text)
  ), wrong AS (
    SELECT k.block_number, k.block_hash, k.log_index,
      CASE WHEN s.index IS NULL THEN 'absent' ELSE 'differs' END AS why
    FROM metaops.quarantine k
    LEFT JOIN said s ON s.number = k.block_number AND s.hash = k.block_hash AND s.index = k.log_index
    WHERE k.chain_id = v_chain AND k.block_number = ANY (v_proved)
      AND CASE WHEN s.index IS NULL
        -- One that can be read by now is among the events, and leaves the quarantine with them.
        THEN k.canonical AND k.contract = ANY (v_contracts) AND NOT EXISTS (
          SELECT FROM jsonb_to_recordset(v_spared) AS u(number bigint, index integer)
          WHERE u.number = k.block_number AND u.index = k.log_index)
          AND NOT EXISTS (
            SELECT FROM jsonb_to_recordset(p_batch -> 'events')
              AS e(number bigint, hash text, index integer)
            WHERE e.number = k.block_number AND decode(e.hash, 'hex') = k.block_hash
              AND e.index = k.log_index)
        ELSE (k.transaction_hash, k.contract, k.escrow_key)
          IS DISTINCT FROM (s.transaction, s.contract, s.key) END
  ), gone AS (
    DELETE FROM metaops.quarantine k USING wrong w
    WHERE k.chain_id = v_chain AND k.block_number = w.block_number
      AND k.block_hash = w.block_hash AND k.log_index = w.log_index
    RETURNING k.block_number, k.block_hash, k.log_index, k.escrow_key, k.canonical, w.why,
      to_jsonb(k) AS said
  ), kept AS (
    INSERT INTO metaops.refuted_event
      (chain_id, block_number, block_hash, log_index, stood, why, said)
    SELECT v_chain, g.block_number, g.block_hash, g.log_index, 'quarantine', g.why, g.said FROM gone g
  )
  SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('number', g.block_number,
    'hash', encode(g.block_hash, 'hex'), 'index', g.log_index, 'stood', 'quarantine', 'why', g.why,
    'key', encode(g.escrow_key, 'hex')))
    ORDER BY g.block_number, g.log_index) FILTER (WHERE g.canonical), '[]')
  INTO v_more FROM gone g;
  RETURN v_refuted || v_more;
END
$$;

-- Rows of these escrows that ended on what was refuted may be put back.
CREATE OR REPLACE FUNCTION metaops.may_be_put_back(p_chain_id bigint, p_keys bytea[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  UPDATE metaops.order_status s SET put_back = true
  FROM public.orders o
  WHERE o.id = s.order_id AND s.escrow_key = ANY (p_keys) AND NOT s.put_back
    AND NOT metaops.is_observing()
    AND o.state NOT IN (SELECT st.from_state FROM metaops.order_step st)
    AND (s.folded_state = o.state OR EXISTS (
      SELECT FROM metaops.order_change c
      JOIN metaops.refuted_event r ON r.chain_id = p_chain_id
        AND r.block_hash = c.event_block_hash AND r.log_index = c.event_log_index
      WHERE c.order_id = o.id AND c.to_state = o.state))
$$;

-- Says what was refuted: one finding for the blocks, one for each order whose row had ended (ended:
-- [{order, state, folded}] as they were and as they are folded now), and the record.
CREATE OR REPLACE FUNCTION metaops.tell_refuted(
  p_chain_id bigint, p_refuted jsonb, p_ended jsonb, p_moved jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_from bigint;
  v_to bigint;
  v_count integer := jsonb_array_length(p_refuted);
  v_where text;
  v_named text;
  v_again text;
  v_order record;
BEGIN
  SELECT min((r ->> 'number')::bigint), max((r ->> 'number')::bigint) INTO v_from, v_to
  FROM jsonb_array_elements(p_refuted) r;
  v_where := CASE WHEN v_from = v_to THEN 'block ' || v_from ELSE 'blocks ' || v_from || ' to ' || v_to END;
  v_again := 'metaops events resync --from-block ' || v_from || ' --to-block ' || v_to;
  SELECT string_agg(n.name, ', ') INTO v_named FROM (
    SELECT coalesce(r ->> 'kind', 'unreadable log') || ' in block ' || (r ->> 'number') || ', log '
      || (r ->> 'index') || CASE r ->> 'why' WHEN 'differs' THEN ' (altered)' ELSE '' END AS name
    FROM jsonb_array_elements(p_refuted) r LIMIT 20) n;
  PERFORM metaops_api.raise_finding('event-refuted', 'chain ' || p_chain_id || ', ' || v_where, 'P2',
    'taken back: ' || v_count || CASE v_count WHEN 1 THEN ' event' ELSE ' events' END
      || ' that a node said and the proved receipts of ' || v_where || ' do not hold: ' || v_named
      || CASE WHEN v_count > 20 THEN ' and more' ELSE '' END
      || '. Look at the rows it moved; ' || v_again || ' closes this',
    jsonb_build_object('chain', p_chain_id, 'from', v_from, 'to', v_to, 'events', p_refuted));
  FOR v_order IN
    SELECT e."order", e.state, e.folded
    FROM jsonb_to_recordset(p_ended) AS e("order" text, state text, folded text)
    WHERE e.state <> e.folded
  LOOP
    PERFORM metaops_api.raise_finding('row-refuted', 'order ' || v_order."order", 'P1',
      'order ' || v_order."order" || ' was ' || v_order.state || ', and the events proved in ' || v_where
        || ' say ' || v_order.folded || '. '
        || CASE
          WHEN EXISTS (SELECT FROM public.orders o
            WHERE o.id = v_order."order" AND o.state = v_order.folded)
          THEN 'Its row was put back; stop what was to be paid on it'
          WHEN EXISTS (SELECT FROM metaops.order_status s
            WHERE s.order_id = v_order."order" AND s.put_back)
          THEN 'Its row is put back as soon as it may be written; stop what was to be paid on it'
          ELSE 'Its row is left for people to decide: metaops order verify ' || v_order."order" END
        || '; ' || v_again || ' closes this once the row agrees',
      jsonb_build_object('chain', p_chain_id, 'from', v_from, 'to', v_to, 'order', v_order."order",
        'row', v_order.state, 'proved', v_order.folded));
  END LOOP;
  PERFORM metaops.append_record('refuted', NULL, 'metaops resync', jsonb_build_object(
    'chain', p_chain_id, 'from', v_from, 'to', v_to, 'events', p_refuted, 'ended', p_ended,
    'moved', p_moved, 'connection', metaops.whoever()));
END
$$;

-- Proved again and nothing to take back: what was said of these blocks is over, of an order once its
-- row agrees.
CREATE OR REPLACE FUNCTION metaops.end_refuted(p_chain_id bigint, p_from bigint, p_to bigint) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  UPDATE metaops.finding f SET cleared_at = clock_timestamp()
  WHERE f.cleared_at IS NULL AND f.code IN ('event-refuted', 'row-refuted')
    AND (f.evidence ->> 'chain')::bigint = p_chain_id
    AND (f.evidence ->> 'from')::bigint >= p_from AND (f.evidence ->> 'to')::bigint <= p_to
    AND NOT EXISTS (
      SELECT FROM metaops.order_status s JOIN public.orders o ON o.id = s.order_id
      WHERE s.order_id = f.evidence ->> 'order' AND o.state <> s.folded_state)
$$;

-- Writes what was read again of settled blocks: what was missing is added; what proved receipts do not
-- hold is taken back; the range is certified anew, never as less than it was. Of a block of which more
-- is known for the same scope, a weaker reading is not heard. The caller has linked the blocks to what
-- the ledger stands on.
--   {chain, blocks: [...], events: [...], quarantine: [...], proofs: [...],
--    contracts: [contract] that were read, watched: [contract] that always are,
--    unread: [{number, index, why: unmapped or outside}], anchor, scope}
-- as in apply_events; blocks are consecutive. Answers {added, refuted: [...], moved: [{order, from, to}]}.
CREATE OR REPLACE FUNCTION metaops_api.resync_blocks(p_batch jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
DECLARE
  v_chain bigint := (p_batch ->> 'chain')::bigint;
  v_scope text := p_batch ->> 'scope';
  v_stream metaops.stream;
  v_from bigint;
  v_to bigint;
  v_known jsonb;
  v_events jsonb;
  v_quarantine jsonb;
  v_refuted jsonb;
  v_false bytea[];
  v_ended jsonb;
  v_added integer;
  v_keys bytea[];
  v_moved jsonb;
  v_edge metaops.certificate;
  v_run record;
BEGIN
  SELECT * INTO v_stream FROM metaops.stream WHERE chain_id = v_chain FOR UPDATE;
  SELECT min((b ->> 'number')::bigint), max((b ->> 'number')::bigint) INTO v_from, v_to
  FROM jsonb_array_elements(p_batch -> 'blocks') b;
  IF v_stream.chain_id IS NULL OR v_from IS NULL OR v_to > v_stream.settled_number THEN
    RAISE EXCEPTION 'blocks % to % are not settled (settled: %)', v_from, v_to,
      v_stream.settled_number USING ERRCODE = 'MO011',
      HINT = 'What is not settled yet is read again by the listener itself.';
  END IF;
  IF EXISTS (
    SELECT FROM jsonb_to_recordset(p_batch -> 'blocks') AS b(number bigint, hash text)
    JOIN metaops.block k ON k.chain_id = v_chain AND k.number = b.number AND k.canonical
    WHERE k.hash <> decode(b.hash, 'hex'))
  THEN
    RAISE EXCEPTION 'a block read again is not the one the ledger stands on'
      USING ERRCODE = 'MO005', HINT = 'The provider shows a fork below a final block.';
  END IF;

  SELECT jsonb_agg(to_jsonb(k)) INTO v_known FROM (
    SELECT b.number, b.hash, b.parent, b.time, greatest(c.anchor, (p_batch ->> 'anchor')::integer) AS anchor,
      CASE WHEN c.is_more THEN c.completeness ELSE b.completeness END AS completeness,
      CASE WHEN c.is_more THEN c.scope ELSE v_scope END AS scope,
      coalesce(c.is_more AND c.scope = v_scope, false) AS stays
    FROM jsonb_to_recordset(p_batch -> 'blocks')
      AS b(number bigint, hash text, parent text, time text, completeness text)
    LEFT JOIN LATERAL (
      SELECT l.anchor, l.completeness, l.scope,
        metaops.strength(l.completeness) > metaops.strength(b.completeness) AS is_more
      FROM (SELECT * FROM metaops.certificate a
        WHERE a.chain_id = v_chain AND a.from_block <= b.number ORDER BY a.from_block DESC LIMIT 1) l
      WHERE l.to_block >= b.number
    ) c ON true
  ) k;
  SELECT coalesce(jsonb_agg(e) FILTER (WHERE NOT k.stays), '[]') INTO v_events
  FROM jsonb_array_elements(p_batch -> 'events') e
  JOIN jsonb_to_recordset(v_known) AS k(number bigint, stays boolean) ON k.number = (e ->> 'number')::bigint;
  SELECT coalesce(jsonb_agg(q) FILTER (WHERE NOT k.stays), '[]') INTO v_quarantine
  FROM jsonb_array_elements(p_batch -> 'quarantine') q
  JOIN jsonb_to_recordset(v_known) AS k(number bigint, stays boolean) ON k.number = (q ->> 'number')::bigint;

  INSERT INTO metaops.block AS t
    (chain_id, number, hash, parent_hash, time, final, has_events, completeness)
  SELECT v_chain, b.number, decode(b.hash, 'hex'), decode(b.parent, 'hex'), b.time, true,
    b.hash IN (SELECT e ->> 'hash' FROM jsonb_array_elements(v_events) e), b.completeness
  FROM jsonb_to_recordset(v_known)
    AS b(number bigint, hash text, parent text, time timestamptz, completeness text)
  ON CONFLICT (chain_id, number, hash) DO UPDATE SET
    canonical = true, final = true, has_events = t.has_events OR excluded.has_events,
    completeness = CASE WHEN metaops.strength(t.completeness) > metaops.strength(excluded.completeness)
      THEN t.completeness ELSE excluded.completeness END;

  v_refuted := metaops.refute(p_batch);
  v_false := ARRAY(SELECT DISTINCT decode(r ->> 'key', 'hex')
    FROM jsonb_array_elements(v_refuted) r WHERE r ->> 'stood' = 'event');
  IF jsonb_array_length(v_refuted) > 0 THEN
    PERFORM metaops.may_be_put_back(v_chain, v_false);
    SELECT jsonb_agg(jsonb_build_object('order', o.id, 'state', o.state)) INTO v_ended
    FROM metaops.order_status s JOIN public.orders o ON o.id = s.order_id
    WHERE s.escrow_key = ANY (v_false)
      AND o.state NOT IN (SELECT st.from_state FROM metaops.order_step st);
  END IF;

  SELECT count(*) INTO v_added
  FROM jsonb_to_recordset(v_events) AS e(number bigint, hash text, index integer)
  WHERE NOT EXISTS (SELECT FROM metaops.event k
    WHERE k.chain_id = v_chain AND k.block_number = e.number
      AND k.block_hash = decode(e.hash, 'hex') AND k.log_index = e.index AND k.canonical);
  v_keys := ARRAY(SELECT DISTINCT decode(r ->> 'key', 'hex')
    FROM jsonb_array_elements(v_refuted) r WHERE r ? 'key')
    || metaops.insert_events(ARRAY[v_events], 'resync',
      ARRAY[v_stream.settled_number]);
  DELETE FROM metaops.unmatched u
  WHERE u.escrow_key = ANY (v_false)
    AND NOT EXISTS (SELECT FROM metaops.event e WHERE e.escrow_key = u.escrow_key);
  v_keys := v_keys || metaops.insert_quarantine(v_chain, v_quarantine);
  PERFORM metaops.insert_proofs(v_chain, p_batch -> 'proofs');

  -- Certificates that reach into the range are cut at its edges.
  SELECT * INTO v_edge FROM metaops.certificate c
  WHERE c.chain_id = v_chain AND c.from_block <= v_to AND c.to_block > v_to;
  IF FOUND THEN
    DELETE FROM metaops.certificate WHERE chain_id = v_chain AND from_block = v_edge.from_block;
    INSERT INTO metaops.certificate (chain_id, from_block, to_block, previous_hash, end_hash, anchor,
      completeness, scope, made_at)
    SELECT v_chain, v_to + 1, v_edge.to_block, decode(b.hash, 'hex'), v_edge.end_hash, v_edge.anchor,
      v_edge.completeness, v_edge.scope, v_edge.made_at
    FROM jsonb_to_recordset(p_batch -> 'blocks') AS b(number bigint, hash text)
    WHERE b.number = v_to;
    IF v_edge.from_block < v_from THEN
      INSERT INTO metaops.certificate (chain_id, from_block, to_block, previous_hash, end_hash,
        anchor, completeness, scope, made_at)
      SELECT v_chain, v_edge.from_block, v_from - 1, v_edge.previous_hash, decode(b.parent, 'hex'),
        v_edge.anchor, v_edge.completeness, v_edge.scope, v_edge.made_at
      FROM jsonb_to_recordset(p_batch -> 'blocks') AS b(number bigint, parent text)
      WHERE b.number = v_from;
    END IF;
  END IF;
  UPDATE metaops.certificate c SET to_block = v_from - 1, end_hash = decode(b.parent, 'hex')
  FROM jsonb_to_recordset(p_batch -> 'blocks') AS b(number bigint, parent text)
  WHERE b.number = v_from AND c.chain_id = v_chain AND c.from_block < v_from AND c.to_block >= v_from;
  DELETE FROM metaops.certificate
  WHERE chain_id = v_chain AND from_block BETWEEN v_from AND v_to;
  FOR v_run IN
    SELECT min(r.number) AS from_block, max(r.number) AS to_block, r.anchor, r.scope FROM (
      SELECT k.*, k.number - row_number() OVER (PARTITION BY k.anchor, k.scope ORDER BY k.number) AS island
      FROM jsonb_to_recordset(v_known) AS k(number bigint, anchor integer, scope text)) r
    GROUP BY r.anchor, r.scope, r.island ORDER BY 1
  LOOP
    PERFORM metaops.certify(v_chain, v_run.from_block, v_run.to_block, v_run.anchor, v_run.scope);
  END LOOP;
  UPDATE metaops.stream SET start_number = v_from - 1
  WHERE chain_id = v_chain AND start_number BETWEEN v_from AND v_to;

  SELECT jsonb_agg(jsonb_build_object('order', order_id, 'from', from_state, 'to', to_state))
  INTO v_moved FROM metaops.refold(v_keys, 'listener', 'resync');
  v_moved := coalesce(v_moved, '[]');
  IF jsonb_array_length(v_refuted) > 0 THEN
    SELECT jsonb_agg(e || jsonb_build_object('folded', s.folded_state)) INTO v_ended
    FROM jsonb_array_elements(v_ended) e JOIN metaops.order_status s ON s.order_id = e ->> 'order';
    PERFORM metaops.tell_refuted(v_chain, v_refuted, coalesce(v_ended, '[]'), v_moved);
  ELSIF NOT EXISTS (
    SELECT FROM jsonb_array_elements(p_batch -> 'blocks') b
    WHERE b ->> 'completeness' NOT IN ('receipts', 'bloom'))
  THEN
    PERFORM metaops.end_refuted(v_chain, v_from, v_to);
  END IF;
  RETURN jsonb_build_object('added', v_added, 'refuted', v_refuted, 'moved', v_moved);
END
$$;
