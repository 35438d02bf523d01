-- What is known to be complete, what is not, and what was found to be wrong.

-- How long one certificate may be: what a resync reads at most to stand on its end.
CREATE OR REPLACE FUNCTION metaops.certificate_length() RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = '' AS $$ SELECT 10000::bigint $$;

-- Certifies canonical blocks that became final, in runs of one kind: proved (receipts or bloom),
-- agreed, none. The last certificate grows while it is of the same kind.
CREATE OR REPLACE FUNCTION metaops.certify(
  p_chain_id bigint, p_from bigint, p_to bigint, p_anchor integer, p_scope text) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
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
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
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
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '4s' AS $$
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
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '4s' AS $$
BEGIN
  UPDATE metaops.finding SET cleared_at = clock_timestamp()
  WHERE fingerprint = encode(sha256(convert_to(p_code || E'\n' || p_subject, 'UTF8')), 'hex')
    AND cleared_at IS NULL;
  RETURN FOUND;
END
$$;

-- One look found these of a code and no others: the rest of them are over.
CREATE OR REPLACE FUNCTION metaops_api.only_findings(p_code text, p_fingerprints text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' SET lock_timeout = '4s' AS $$
  UPDATE metaops.finding SET cleared_at = clock_timestamp()
  WHERE code = p_code AND cleared_at IS NULL AND fingerprint <> ALL (p_fingerprints)
$$;

-- Keeps what a node said; the oldest of more than 10,000 go.
CREATE OR REPLACE FUNCTION metaops_api.record_lie(
  p_provider text, p_kind text, p_request text, p_answer text, p_expected text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
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
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '4s' AS $$
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
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '4s' AS $$
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

-- Writes what was read again of settled blocks: nothing is taken away, what was missing is added, and
-- the range is certified anew. The caller has linked the blocks to what the ledger stands on.
--   {chain, blocks: [...], events: [...], quarantine: [...], proofs: [...], anchor, scope}
-- as in apply_events; blocks are consecutive. Answers {added, moved: [{order, from, to}]}.
CREATE OR REPLACE FUNCTION metaops_api.resync_blocks(p_batch jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '4s' AS $$
DECLARE
  v_chain bigint := (p_batch ->> 'chain')::bigint;
  v_stream metaops.stream;
  v_from bigint;
  v_to bigint;
  v_added integer;
  v_keys bytea[];
  v_moved jsonb;
  v_edge metaops.certificate;
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

  INSERT INTO metaops.block AS t
    (chain_id, number, hash, parent_hash, time, final, has_events, completeness)
  SELECT v_chain, b.number, decode(b.hash, 'hex'), decode(b.parent, 'hex'), b.time, true,
    b.hash IN (SELECT e ->> 'hash' FROM jsonb_array_elements(p_batch -> 'events') e), b.completeness
  FROM jsonb_to_recordset(p_batch -> 'blocks')
    AS b(number bigint, hash text, parent text, time timestamptz, completeness text)
  ON CONFLICT (chain_id, number, hash) DO UPDATE SET
    canonical = true, final = true, has_events = t.has_events OR excluded.has_events,
    completeness = CASE WHEN excluded.completeness = 'none' THEN t.completeness
      ELSE excluded.completeness END;

  SELECT count(*) INTO v_added
  FROM jsonb_to_recordset(p_batch -> 'events') AS e(number bigint, hash text, index integer)
  WHERE NOT EXISTS (SELECT FROM metaops.event k
    WHERE k.chain_id = v_chain AND k.block_number = e.number
      AND k.block_hash = decode(e.hash, 'hex') AND k.log_index = e.index AND k.canonical);
  v_keys := metaops.insert_events(p_batch -> 'events', 'resync', v_stream.settled_number);
  v_keys := v_keys || metaops.insert_quarantine(v_chain, p_batch -> 'quarantine');
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
  PERFORM metaops.certify(v_chain, v_from, v_to, (p_batch ->> 'anchor')::integer, p_batch ->> 'scope');
  UPDATE metaops.stream SET start_number = v_from - 1
  WHERE chain_id = v_chain AND start_number BETWEEN v_from AND v_to;

  SELECT jsonb_agg(jsonb_build_object('order', order_id, 'from', from_state, 'to', to_state))
  INTO v_moved FROM metaops.refold(v_keys, 'listener', 'resync');
  RETURN jsonb_build_object('added', v_added, 'moved', coalesce(v_moved, '[]'));
END
$$;
