-- What the events of one escrow add up to. The same function as dev.metaops.order.Folded
-- (FoldContractTest compares the two over every sequence).
-- No search_path of its own: setting one costs as much as the step, for each event. Whoever folds has one.

CREATE OR REPLACE FUNCTION metaops.fold_step(state text, kind text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
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
  SELECT coalesce('0x' || encode(e.contract, 'hex') = o.escrow_contract, true)
    AND CASE e.kind
      WHEN 'CREATED' THEN coalesce(e.order_ref = o.id, true)
        AND coalesce('0x' || encode(e.buyer, 'hex') = o.buyer, true)
        AND coalesce('0x' || encode(e.seller, 'hex') = o.seller, true)
        AND coalesce('0x' || encode(e.token, 'hex') = o.token, true)
        AND coalesce(e.amount = o.amount, true)
      WHEN 'RELEASED' THEN coalesce('0x' || encode(e.party, 'hex') = o.seller, true)
        AND coalesce(e.amount = o.amount, true)
      WHEN 'PART_RELEASED' THEN coalesce('0x' || encode(e.party, 'hex') = o.seller, true)
      WHEN 'CONFIRMED' THEN coalesce('0x' || encode(e.party, 'hex') = o.seller, true)
      WHEN 'TRADED' THEN coalesce('0x' || encode(e.party, 'hex') = o.buyer, true)
      WHEN 'DISPUTED' THEN
        coalesce('0x' || encode(e.party, 'hex') IN (o.buyer, o.seller), true)
      ELSE coalesce('0x' || encode(e.party, 'hex') = o.buyer, true)
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
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
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

-- These two have no search_path to set, as RETURN is bound when it is made: they are put in line.
CREATE OR REPLACE FUNCTION metaops.is_frozen() RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM metaops.freeze WHERE lifted_at IS NULL);

-- Whether the rows are copies of a table we only look at: then they follow it, and not the chain.
CREATE OR REPLACE FUNCTION metaops.is_observing() RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM metaops.setting WHERE name = 'rows' AND value = 'observed');

-- Folds the orders of these keys anew and moves the rows that may move, and writes down each step of
-- the chain that a row was moved by. Never waits for a row another session holds: such a row is marked
-- row_waits and taken up by a later call. A key that no order has, or whose status another session
-- holds, is put among the keys to fold; a plan waits for it instead, holding nothing the listener waits
-- for. A row in a final state is never moved here; that contradiction is for people.
-- Planned once, for few keys in large tables, and in the order written here: a plan made while a table
-- was small would read all of it for each batch.
CREATE OR REPLACE FUNCTION metaops.refold(p_keys bytea[], p_cause text, p_cause_ref text)
RETURNS TABLE (order_id text, from_state text, to_state text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET join_collapse_limit = 1 AS $$
#variable_conflict use_column
DECLARE
  v_keys bytea[];
  v_folded metaops.folded[];
  v_is_held boolean;
  v_may_write boolean := NOT metaops.is_frozen() AND NOT metaops.is_observing();
BEGIN
  IF p_cause IN ('plan', 'people', 'rewind') THEN
    v_keys := ARRAY(SELECT os.escrow_key FROM metaops.order_status os
      WHERE os.escrow_key = ANY (p_keys) ORDER BY os.order_id FOR UPDATE);
  ELSE
    v_keys := ARRAY(SELECT os.escrow_key FROM metaops.order_status os
      WHERE os.escrow_key = ANY (p_keys) FOR UPDATE SKIP LOCKED);
  END IF;
  IF cardinality(v_keys) < cardinality(p_keys) THEN
    INSERT INTO metaops.unmatched (escrow_key, chain_id, block_number)
    SELECT e.escrow_key, e.chain_id, min(e.block_number)
    FROM metaops.event e
    WHERE e.escrow_key = ANY (ARRAY(SELECT unnest(p_keys) EXCEPT SELECT unnest(v_keys)))
      AND NOT EXISTS (SELECT FROM metaops.unmatched u WHERE u.escrow_key = e.escrow_key)
    GROUP BY e.escrow_key, e.chain_id;
  END IF;
  v_is_held := EXISTS (
    SELECT FROM metaops.quarantine q WHERE q.escrow_key = ANY (v_keys) AND q.canonical);

  -- Rows and events are read once; all that follows is made of these.
  v_folded := ARRAY(
    SELECT ROW(c.order_id, c.was, c.row_waits, c.put_back, c.chain_id, c.block_number, c.block_hash, c.log_index,
      c.transaction_hash, c.counts,
      count(*) FILTER (WHERE c.counts) OVER walk,
      metaops.fold(c.word) FILTER (WHERE c.counts) OVER walk,
      metaops.fold(c.word) FILTER (WHERE c.word IS NOT NULL) OVER walk,
      CASE bool_and(c.final) OVER walk
        WHEN true THEN 'final' WHEN false THEN 'included' ELSE 'none' END,
      lead(true) OVER walk IS NULL,
      c.held_by)::metaops.folded
    FROM (
      SELECT s.order_id, o.state AS was, s.row_waits, s.put_back, e.chain_id, e.block_number,
        e.block_hash, e.log_index, e.transaction_hash, e.final,
        e.chain_id IS NOT NULL AND (e.final OR NOT metaops.may_end(e.kind)) AS counts,
        CASE WHEN e.chain_id IS NOT NULL THEN metaops.word(e, o) END AS word,
        -- A log of its escrow, in its contract or its factory's, that cannot be read. One that names
        -- no escrow holds back nobody (ADR 9).
        CASE WHEN v_is_held THEN (
          SELECT 'block ' || q.block_number || ', log ' || q.log_index || ': ' || q.why
          FROM metaops.quarantine q
          WHERE q.escrow_key = s.escrow_key AND q.canonical
            AND (encode(q.contract, 'hex') = substr(o.escrow_contract, 3)
              OR encode(q.escrow_key, 'hex') = repeat('0', 24) || substr(o.escrow_contract, 3))
          ORDER BY q.block_number, q.log_index LIMIT 1) END AS held_by
      FROM metaops.order_status s
      JOIN public.orders o ON o.id = s.order_id
      LEFT JOIN metaops.event e ON e.escrow_key = s.escrow_key AND e.canonical
      WHERE s.escrow_key = ANY (v_keys)
      -- OFFSET 0: words are sorted, not whole rows.
      OFFSET 0
    ) c
    WINDOW walk AS (
      PARTITION BY c.order_id ORDER BY c.block_number, c.log_index ROWS UNBOUNDED PRECEDING));

  UPDATE metaops.order_status AS s SET
    version = s.version + 1,
    folded_state = f.folded_state,
    chain_state = f.chain_state,
    finality = f.finality,
    chain_id = f.chain_id,
    event_block = f.block_number,
    event_block_hash = f.block_hash,
    event_log_index = f.log_index,
    event_transaction = f.transaction_hash,
    held_by = f.held_by,
    changed_at = clock_timestamp()
  FROM unnest(v_folded) f
  WHERE f.is_last AND s.order_id = f.order_id
    AND (s.folded_state, s.chain_state, s.finality, s.event_block_hash, s.event_log_index,
      s.held_by)
      IS DISTINCT FROM
      (f.folded_state, f.chain_state, f.finality, f.block_hash, f.log_index, f.held_by);

  RETURN QUERY
  WITH behind AS (
    SELECT f.order_id AS id, f.was, f.folded_state
    FROM unnest(v_folded) f
    WHERE f.is_last AND f.was <> f.folded_state AND f.folded_state <> 'CONFLICT'
      AND f.held_by IS NULL
      -- Only a rewind past what was settled takes a row back from its end, and a plan of two people.
      AND (p_cause IN ('rewind', 'people') OR f.was IN (SELECT st.from_state FROM metaops.order_step st)
        OR f.put_back AND f.folded_state IN (SELECT st.from_state FROM metaops.order_step st))
  ), taken AS (
    SELECT o.id, b.folded_state
    FROM public.orders o JOIN behind b ON b.id = o.id
    WHERE v_may_write AND o.state = b.was
    FOR UPDATE OF o SKIP LOCKED
  ), walk AS (
    SELECT f.order_id AS id, f.was, f.put_back, t.folded_state, f.counts, f.place, f.folded_state AS became,
      f.chain_id, f.block_number, f.block_hash, f.log_index, f.transaction_hash,
      coalesce(lag(f.folded_state) OVER steps, f.was) AS came_from,
      lead(true) OVER steps IS NULL AS is_last,
      -- After which event the row stood where it was; NULL when the chain never led there.
      coalesce(
        max(f.place) FILTER (WHERE f.folded_state = f.was AND f.counts)
          OVER (steps ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING),
        CASE WHEN f.was = 'CREATED' THEN 0 END) AS stood
    FROM unnest(v_folded) f JOIN taken t ON t.id = f.order_id
    WHERE f.counts OR f.is_last AND f.place = 0
    WINDOW steps AS (PARTITION BY f.order_id ORDER BY f.place)
  ), moved AS (
    UPDATE public.orders o SET
      state = w.folded_state,
      state_since = now(),
      updated_at = now(),
      block_number = CASE WHEN w.counts THEN w.block_number END,
      transaction_hash = CASE WHEN w.counts THEN '0x' || encode(w.transaction_hash, 'hex') END
    FROM walk w
    WHERE w.is_last AND o.id = w.id
    RETURNING o.id
  ), waiting AS (
    -- Subqueries in expressions are hashed, whatever the planner expects of them.
    SELECT b.id FROM behind b WHERE b.id NOT IN (SELECT t.id FROM taken t)
  ), marked AS (
    UPDATE metaops.order_status s SET row_waits = true
    FROM waiting w WHERE s.order_id = w.id AND NOT s.row_waits
  ), unmarked AS (
    UPDATE metaops.order_status s SET row_waits = false, put_back = false
    FROM unnest(v_folded) f
    WHERE (f.row_waits OR f.put_back) AND f.is_last AND s.order_id = f.order_id
      AND f.order_id NOT IN (SELECT w.id FROM waiting w)
  ), walked AS (
    SELECT w.id, w.put_back, w.chain_id, w.block_number, w.block_hash, w.log_index, w.place,
      CASE WHEN w.stood IS NULL THEN w.was ELSE w.came_from END AS from_state,
      CASE WHEN w.stood IS NULL THEN w.folded_state ELSE w.became END AS to_state
    FROM walk w
    WHERE (w.place > w.stood AND w.counts OR w.stood IS NULL AND w.is_last)
      AND (w.id IN (SELECT m.id FROM moved m)) IS TRUE
  ), written AS (
    INSERT INTO metaops.order_change (order_id, from_state, to_state, cause, cause_ref,
      chain_id, event_block, event_block_hash, event_log_index)
    SELECT w.id, s.from_state, s.to_state, CASE WHEN w.put_back THEN 'rewind' WHEN p_cause = 'people' THEN 'plan' ELSE p_cause END,
      p_cause_ref,
      -- Of what no longer counts, nothing is the reason.
      CASE WHEN w.place > 0 THEN w.chain_id END, CASE WHEN w.place > 0 THEN w.block_number END,
      CASE WHEN w.place > 0 THEN w.block_hash END, CASE WHEN w.place > 0 THEN w.log_index END
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
