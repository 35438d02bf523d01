-- What the events of one escrow add up to. The same function as dev.metaops.order.Folded
-- (FoldContractTest compares the two over every sequence).

CREATE OR REPLACE FUNCTION metaops.fold_step(state text, kind text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = '' AS $$
BEGIN
  RETURN CASE state
    WHEN 'CREATED' THEN CASE kind
      WHEN 'CREATED' THEN 'PENDING'
      WHEN 'DEPOSITED' THEN 'DEPOSITED'
      ELSE 'CONFLICT' END
    WHEN 'PENDING' THEN CASE kind
      WHEN 'RELEASED' THEN 'SETTLED'
      WHEN 'REFUNDED' THEN 'REFUNDED'
      WHEN 'CANCELLED' THEN 'CANCELLED'
      WHEN 'DISPUTED' THEN 'DISPUTED'
      WHEN 'DEPOSITED' THEN 'DEPOSITED'
      WHEN 'PART_RELEASED' THEN 'PENDING'
      ELSE 'CONFLICT' END
    WHEN 'DEPOSITED' THEN CASE kind
      WHEN 'CONFIRMED' THEN 'CONFIRMED'
      WHEN 'REFUNDED' THEN 'REFUNDED'
      ELSE 'CONFLICT' END
    WHEN 'CONFIRMED' THEN CASE kind
      WHEN 'TRADED' THEN 'TRADED'
      WHEN 'RELEASED' THEN 'SETTLED'
      WHEN 'PART_RELEASED' THEN 'CONFIRMED'
      ELSE 'CONFLICT' END
    WHEN 'TRADED' THEN CASE kind
      WHEN 'RELEASED' THEN 'SETTLED'
      WHEN 'PART_RELEASED' THEN 'TRADED'
      ELSE 'CONFLICT' END
    WHEN 'DISPUTED' THEN CASE kind
      WHEN 'RELEASED' THEN 'SETTLED'
      WHEN 'REFUNDED' THEN 'REFUNDED'
      WHEN 'PART_RELEASED' THEN 'DISPUTED'
      ELSE 'CONFLICT' END
    ELSE 'CONFLICT' END;
END
$$;

DO $$
BEGIN
  IF to_regprocedure('metaops.fold(text)') IS NULL THEN
    CREATE AGGREGATE metaops.fold(text) (
      SFUNC = metaops.fold_step, STYPE = text, INITCOND = 'CREATED', PARALLEL = SAFE);
  END IF;
END
$$;

-- An event counts only if contract, token, amount and parties are the row's: anyone can emit an id.
-- What one side does not say is not compared. The same function as OrderTerms.with.
CREATE OR REPLACE FUNCTION metaops.agrees(e metaops.event, o public.orders) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(encode(e.contract, 'hex') = substr(o.escrow_contract, 3), true)
    AND CASE e.kind
      WHEN 'CREATED' THEN coalesce(e.order_ref = o.id, true)
        AND coalesce(encode(e.buyer, 'hex') = substr(o.buyer, 3), true)
        AND coalesce(encode(e.seller, 'hex') = substr(o.seller, 3), true)
        AND coalesce(encode(e.token, 'hex') = substr(o.token, 3), true)
        AND coalesce(e.amount = o.amount, true)
      WHEN 'RELEASED' THEN coalesce(encode(e.party, 'hex') = substr(o.seller, 3), true)
        AND coalesce(e.amount = o.amount, true)
      WHEN 'PART_RELEASED' THEN coalesce(encode(e.party, 'hex') = substr(o.seller, 3), true)
      WHEN 'CONFIRMED' THEN coalesce(encode(e.party, 'hex') = substr(o.seller, 3), true)
      WHEN 'TRADED' THEN coalesce(encode(e.party, 'hex') = substr(o.buyer, 3), true)
      WHEN 'DISPUTED' THEN
        coalesce(encode(e.party, 'hex') IN (substr(o.buyer, 3), substr(o.seller, 3)), true)
      ELSE coalesce(encode(e.party, 'hex') = substr(o.buyer, 3), true)
        AND coalesce(e.amount = o.amount, true)
    END
$$;

-- What may end an escrow counts only once it is final.
CREATE OR REPLACE FUNCTION metaops.may_end(kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT kind IN ('RELEASED', 'PART_RELEASED', 'REFUNDED', 'CANCELLED')
$$;

-- Parts that were paid count as the release once they are the whole amount; more than that disagrees.
CREATE OR REPLACE FUNCTION metaops.part_word(e metaops.event, o public.orders) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = '' AS $$
  SELECT CASE sign(o.amount - coalesce(sum(p.amount), 0))
    WHEN 1 THEN 'PART_RELEASED' WHEN 0 THEN 'RELEASED' ELSE 'DISAGREES' END
  FROM metaops.event p
  WHERE p.escrow_key = e.escrow_key AND p.canonical AND p.kind = 'PART_RELEASED'
    AND (p.block_number, p.log_index) <= (e.block_number, e.log_index)
$$;

-- What an event counts as for this row; the same function as Folded.of. Nothing is called for an
-- event that is no part: all of this is put in line.
CREATE OR REPLACE FUNCTION metaops.word(e metaops.event, o public.orders) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN NOT metaops.agrees(e, o) THEN 'DISAGREES'
    WHEN e.kind <> 'PART_RELEASED' OR o.amount IS NULL THEN e.kind
    ELSE metaops.part_word(e, o)
  END
$$;

CREATE OR REPLACE FUNCTION metaops.is_frozen() RETURNS boolean
LANGUAGE sql STABLE SET search_path = '' AS $$
  SELECT EXISTS (SELECT FROM metaops.freeze WHERE lifted_at IS NULL)
$$;

-- Whether the rows are copies of a table we only look at: then they follow it, and not the chain.
CREATE OR REPLACE FUNCTION metaops.is_observing() RETURNS boolean
LANGUAGE sql STABLE SET search_path = '' AS $$
  SELECT EXISTS (SELECT FROM metaops.setting WHERE name = 'rows' AND value = 'observed')
$$;

-- Folds the orders of these keys anew and moves the rows that may move, and writes down each step of
-- the chain that a row was moved by. Never waits for a row another session holds: such a row is marked
-- row_waits and taken up by a later call. A status another session holds is put back among the keys to
-- fold; a plan waits for it instead, holding nothing the listener waits for. A row in a final state is
-- never moved here; that contradiction is for people.
CREATE OR REPLACE FUNCTION metaops.refold(p_keys bytea[], p_cause text, p_cause_ref text)
RETURNS TABLE (order_id text, from_state text, to_state text)
LANGUAGE plpgsql SET search_path = '' AS $$
#variable_conflict use_column
DECLARE
  v_keys bytea[];
BEGIN
  IF p_cause IN ('plan', 'rewind') THEN
    v_keys := ARRAY(SELECT os.escrow_key FROM metaops.order_status os
      WHERE os.escrow_key = ANY (p_keys) ORDER BY os.order_id FOR UPDATE);
  ELSE
    v_keys := ARRAY(SELECT os.escrow_key FROM metaops.order_status os
      WHERE os.escrow_key = ANY (p_keys) ORDER BY os.order_id FOR UPDATE SKIP LOCKED);
    INSERT INTO metaops.unmatched (escrow_key, chain_id, block_number)
    SELECT e.escrow_key, e.chain_id, min(e.block_number)
    FROM metaops.order_status os JOIN metaops.event e ON e.escrow_key = os.escrow_key
    WHERE os.escrow_key = ANY (p_keys) AND os.escrow_key NOT IN (SELECT unnest(v_keys))
      AND NOT EXISTS (SELECT FROM metaops.unmatched u WHERE u.escrow_key = os.escrow_key)
    GROUP BY e.escrow_key, e.chain_id;
  END IF;

  UPDATE metaops.order_status AS s SET
    version = s.version + 1,
    folded_state = t.folded_state,
    chain_state = t.chain_state,
    finality = t.finality,
    chain_id = t.chain_id,
    event_block = t.event_block,
    event_block_hash = t.event_block_hash,
    event_log_index = t.event_log_index,
    event_transaction = t.event_transaction,
    held_by = t.held_by,
    changed_at = clock_timestamp()
  FROM (
    SELECT os.order_id,
      metaops.fold(w.word ORDER BY w.block_number, w.log_index)
        FILTER (WHERE w.word IS NOT NULL AND (w.final OR NOT w.ends)) AS folded_state,
      metaops.fold(w.word ORDER BY w.block_number, w.log_index)
        FILTER (WHERE w.word IS NOT NULL) AS chain_state,
      CASE WHEN count(w.word) = 0 THEN 'none'
        WHEN bool_and(w.final) THEN 'final' ELSE 'included' END AS finality,
      max(w.chain_id) AS chain_id,
      max(w.block_number) AS event_block,
      (array_agg(w.block_hash ORDER BY w.block_number DESC, w.log_index DESC))[1]
        AS event_block_hash,
      (array_agg(w.log_index ORDER BY w.block_number DESC, w.log_index DESC))[1]
        AS event_log_index,
      (array_agg(w.transaction_hash ORDER BY w.block_number DESC, w.log_index DESC))[1]
        AS event_transaction,
      -- A log of its escrow, in its contract or its factory's, that cannot be read. One that names no
      -- escrow holds back nobody (ADR 9).
      (SELECT 'block ' || q.block_number || ', log ' || q.log_index || ': ' || q.why
       FROM metaops.quarantine q
       WHERE q.escrow_key = os.escrow_key AND q.canonical
         AND (encode(q.contract, 'hex') = substr(min(o.escrow_contract), 3)
           OR encode(q.escrow_key, 'hex') = repeat('0', 24) || substr(min(o.escrow_contract), 3))
       ORDER BY q.block_number, q.log_index LIMIT 1) AS held_by
    FROM metaops.order_status os
    JOIN public.orders o ON o.id = os.order_id
    LEFT JOIN LATERAL (
      SELECT e.*, metaops.may_end(e.kind) AS ends, metaops.word(e, o) AS word
      FROM metaops.event e
      WHERE e.escrow_key = os.escrow_key AND e.canonical
    ) w ON true
    WHERE os.escrow_key = ANY (v_keys)
    GROUP BY os.order_id
  ) t
  WHERE s.order_id = t.order_id
    AND (s.folded_state, s.chain_state, s.finality, s.event_block_hash, s.event_log_index,
      s.held_by)
      IS DISTINCT FROM
      (t.folded_state, t.chain_state, t.finality, t.event_block_hash, t.event_log_index,
      t.held_by);

  RETURN QUERY
  WITH behind AS (
    SELECT o.id, o.state AS was, s.escrow_key, s.folded_state, s.put_back
    FROM metaops.order_status s
    JOIN public.orders o ON o.id = s.order_id
    WHERE s.escrow_key = ANY (v_keys)
      AND o.state <> s.folded_state
      AND s.folded_state <> 'CONFLICT'
      AND s.held_by IS NULL
      -- Only a rewind past what was settled takes a row back from its end.
      AND (p_cause = 'rewind' OR o.state IN (SELECT st.from_state FROM metaops.order_step st)
        OR s.put_back AND s.folded_state IN (SELECT st.from_state FROM metaops.order_step st))
  ), taken AS (
    SELECT o.id, b.was, b.folded_state, b.escrow_key, b.put_back
    FROM public.orders o JOIN behind b ON b.id = o.id
    WHERE NOT metaops.is_frozen() AND NOT metaops.is_observing() AND o.state = b.was
    FOR UPDATE OF o SKIP LOCKED
  ), counted AS (
    -- OFFSET 0: words are sorted below, not whole rows.
    SELECT t.id, t.was, t.folded_state, t.put_back, e.chain_id, e.block_number, e.block_hash, e.log_index,
      e.transaction_hash, CASE WHEN e.chain_id IS NOT NULL THEN metaops.word(e, o) END AS word
    FROM taken t
    JOIN public.orders o ON o.id = t.id
    LEFT JOIN metaops.event e ON e.escrow_key = t.escrow_key AND e.canonical
      AND (e.final OR NOT metaops.may_end(e.kind))
    OFFSET 0
  ), steps AS (
    -- One row for each event that counts; one without an event for an order that has none.
    SELECT c.*, row_number() OVER walk AS place, metaops.fold(c.word) OVER walk AS became
    FROM counted c
    WINDOW walk AS (PARTITION BY c.id ORDER BY c.block_number, c.log_index)
  ), walk AS (
    -- Windows, never a join of these with each other: the planner takes each for a handful of rows and
    -- would compare all with all.
    SELECT s.*, coalesce(lag(s.became) OVER (PARTITION BY s.id ORDER BY s.place), s.was) AS came_from,
      s.place = count(*) OVER (PARTITION BY s.id) AS is_last,
      -- After which event the row stood where it was; NULL when the chain never led there.
      coalesce(
        max(s.place) FILTER (WHERE s.became = s.was AND s.chain_id IS NOT NULL)
          OVER (PARTITION BY s.id),
        CASE WHEN s.was = 'CREATED' THEN 0 END) AS stood
    FROM steps s
  ), moved AS (
    UPDATE public.orders o SET
      state = w.folded_state,
      block_number = w.block_number,
      transaction_hash = '0x' || encode(w.transaction_hash, 'hex')
    FROM walk w
    WHERE w.is_last AND o.id = w.id
    RETURNING o.id
  ), marked AS (
    -- A subquery in an expression is hashed, whatever the planner expects of it.
    UPDATE metaops.order_status s SET
      row_waits = b.id NOT IN (SELECT k.id FROM taken k),
      put_back = s.put_back AND b.id NOT IN (SELECT k.id FROM taken k)
    FROM behind b
    WHERE s.order_id = b.id
      AND (s.row_waits <> (b.id NOT IN (SELECT k.id FROM taken k))
        OR s.put_back AND b.id IN (SELECT k.id FROM taken k))
  ), unmarked AS (
    UPDATE metaops.order_status s SET row_waits = false, put_back = false
    WHERE s.escrow_key = ANY (v_keys) AND (s.row_waits OR s.put_back)
      AND NOT EXISTS (SELECT FROM behind b WHERE b.id = s.order_id)
  ), walked AS (
    SELECT w.id, w.put_back, w.chain_id, w.block_number, w.block_hash, w.log_index,
      CASE WHEN w.stood IS NULL THEN w.was ELSE w.came_from END AS from_state,
      CASE WHEN w.stood IS NULL THEN w.folded_state ELSE w.became END AS to_state
    FROM walk w
    WHERE (w.place > w.stood AND w.chain_id IS NOT NULL OR w.stood IS NULL AND w.is_last)
      AND (w.id IN (SELECT m.id FROM moved m)) IS TRUE
  ), written AS (
    INSERT INTO metaops.order_change (order_id, from_state, to_state, cause, cause_ref,
      chain_id, event_block, event_block_hash, event_log_index)
    SELECT w.id, s.from_state, s.to_state, CASE WHEN w.put_back THEN 'rewind' ELSE p_cause END,
      p_cause_ref,
      w.chain_id, w.block_number, w.block_hash, w.log_index
    FROM walked w
    CROSS JOIN LATERAL (
      -- A deposit in a contract that no factory announced is two steps at once.
      SELECT w.from_state, 'PENDING', 1 WHERE w.from_state = 'CREATED' AND w.to_state = 'DEPOSITED'
      UNION ALL
      SELECT CASE WHEN w.from_state = 'CREATED' AND w.to_state = 'DEPOSITED' THEN 'PENDING'
        ELSE w.from_state END, w.to_state, 2
    ) AS s(from_state, to_state, nth)
    WHERE s.from_state <> s.to_state
    ORDER BY w.id, w.block_number, w.log_index, s.nth
    RETURNING order_id, from_state, to_state
  )
  SELECT w.order_id, w.from_state, w.to_state FROM written w;
END
$$;
