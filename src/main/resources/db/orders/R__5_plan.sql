-- The road by which a person changes orders: a plan, frozen and hashed, applied in one transaction
-- that judges it again.

-- Moves the rows of all these targets, or raises MO010 and moves none: when the ledger folds one of
-- them elsewhere, or has another block in the place of one they rest on. Whoever calls holds the rows.
CREATE OR REPLACE FUNCTION metaops.move_targets(
  p_plan_id text, p_cause text, p_chain bigint, p_targets metaops.target[])
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_blocks jsonb[];
  v_events jsonb[];
  v_settled bigint[];
  v_keys bytea[];
  v_unfunded text[];
  v_elsewhere record;
BEGIN
  SELECT array_agg(g.blocks), array_agg(g.events), array_agg(g.settled),
    array_agg(decode(substr(o.escrow_key, 3), 'hex')) FILTER (WHERE g.events <> '[]'),
    array_agg(o.id) FILTER (WHERE g.events = '[]' AND g."to" = 'CANCELLED')
  INTO v_blocks, v_events, v_settled, v_keys, v_unfunded
  FROM unnest(p_targets) g JOIN public.orders o ON o.id = g."order";

  PERFORM metaops.keep_final_blocks(p_chain, v_blocks);
  PERFORM metaops.insert_events(v_events, 'plan', v_settled);
  IF v_keys IS NOT NULL THEN
    PERFORM metaops.refold(v_keys, p_cause, p_plan_id);
  END IF;
  IF v_unfunded IS NOT NULL THEN
    PERFORM metaops.cancel_unfunded(v_unfunded, p_plan_id);
  END IF;

  SELECT s.folded_state, o.state, g."to" INTO v_elsewhere
  FROM unnest(p_targets) g
  JOIN public.orders o ON o.id = g."order"
  LEFT JOIN metaops.order_status s ON s.order_id = o.id
  WHERE o.state <> g."to" LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the ledger folds it to %, %', v_elsewhere.folded_state,
      CASE v_elsewhere.folded_state WHEN v_elsewhere."to"
        THEN 'and a plan of this class takes no row from ' || v_elsewhere.state
        ELSE 'not to ' || v_elsewhere."to" END USING ERRCODE = 'MO010';
  END IF;
END
$$;

-- What each target is, before anything is written: said, {order: {outcome, why}}, of those that may not
-- be moved, and those that may. p_before has the rows that are held, {order: {version, row}}.
CREATE OR REPLACE FUNCTION metaops.judge_targets(p_targets metaops.target[], p_before jsonb,
  p_digest bytea, p_chain bigint, OUT said jsonb, OUT open metaops.target[])
LANGUAGE plpgsql AS $$
BEGIN
  WITH judged AS MATERIALIZED (
    SELECT t, t."order", CASE
        WHEN EXISTS (SELECT FROM metaops.applied_order a
          WHERE a.digest = p_digest AND a.order_id = t."order") THEN 'applied'
        WHEN h.held IS NULL AND EXISTS (SELECT FROM public.orders o WHERE o.id = t."order") THEN 'locked'
        WHEN h.held IS NULL THEN 'gone'
        WHEN h.held #>> '{row,state}' = t."to" THEN 'already'
        WHEN h.held #>> '{row,state}' <> t."from" OR h.held ->> 'version' <> t.row_version THEN 'changed'
        WHEN EXISTS (
          SELECT FROM jsonb_to_recordset(t.blocks) AS b(number bigint, hash text)
          CROSS JOIN LATERAL (SELECT k.hash, k.canonical FROM metaops.block k
            WHERE k.chain_id = p_chain AND k.number = b.number OFFSET 0) k
          WHERE k.canonical <> (k.hash = decode(b.hash, 'hex'))) THEN 'void'
      END AS outcome, h.held #>> '{row,state}' AS state
    FROM unnest(p_targets) t
    CROSS JOIN LATERAL (SELECT p_before -> t."order" OFFSET 0) h(held)
  )
  SELECT
    coalesce(jsonb_object_agg(j."order", jsonb_build_object(
      'outcome', CASE j.outcome WHEN 'gone' THEN 'changed' ELSE j.outcome END,
      'why', CASE j.outcome
        WHEN 'locked' THEN 'another session holds the row in an open transaction'
        WHEN 'gone' THEN 'the row is gone'
        WHEN 'already' THEN 'the row already says ' || j.state
        WHEN 'changed' THEN 'the row was written since the plan was made (' || j.state || ')'
        WHEN 'void' THEN 'a block it rests on is not canonical any more' END))
      FILTER (WHERE j.outcome IS NOT NULL), '{}'),
    coalesce(array_agg(j.t) FILTER (WHERE j.outcome IS NULL), '{}')
  INTO said, open FROM judged j;
END
$$;

--   plan: {id, verb, class, actor, reason, chain, created_at, expires_at, targets: [
--     {order, from, to, row_version, settled: number, blocks: [{number, hash, parent, time}],
--      events: [as insert_events]}]}
-- p_plan is the exact text; p_digest its SHA-256. Each target goes where its
-- events, proved final by the caller, lead. Answers [{order, outcome, why}], one a target, outcome
-- being applied, already, changed, void or locked. Applying the same plan twice answers as the
-- first time. Never waits for a row another session holds. With p_only just these orders are judged,
-- so that a large plan is applied in parts. p_standing says who stands behind it, {footing, people,
-- words}, and goes into the record. Rows and blocks are found one by one by their keys: a plan names
-- few of them, and the tables hold all there ever were.
CREATE OR REPLACE FUNCTION metaops_api.apply_plan(
  p_plan text, p_digest bytea, p_only text[] DEFAULT NULL, p_standing jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s'
SET plan_cache_mode = force_generic_plan SET join_collapse_limit = 1
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  v_plan jsonb := p_plan::jsonb;
  v_targets metaops.target[] := metaops.open_targets(v_plan -> 'targets', p_digest, p_only);
  v_cause text := CASE v_plan ->> 'class' WHEN 'MONEY' THEN 'people' ELSE 'plan' END;
  v_chain bigint := (v_plan ->> 'chain')::bigint;
  v_before jsonb;
  v_held jsonb;
  v_said jsonb;
  v_open metaops.target[];
  v_moved metaops.target[] := '{}';
  v_target metaops.target;
BEGIN
  IF sha256(convert_to(p_plan, 'UTF8')) <> p_digest THEN
    RAISE EXCEPTION 'plan %: its text is not what was approved (digest differs)', v_plan ->> 'id'
      USING ERRCODE = 'MO007';
  END IF;
  PERFORM metaops.require_class(v_plan, p_standing);
  IF clock_timestamp() > (v_plan ->> 'expires_at')::timestamptz THEN
    RAISE EXCEPTION 'plan %: expired at %', v_plan ->> 'id', v_plan ->> 'expires_at'
      USING ERRCODE = 'MO008', HINT = 'Make a new one: the chain and the rows have moved since.';
  END IF;
  IF metaops.is_frozen() THEN
    RAISE EXCEPTION 'plan %: writing is frozen', v_plan ->> 'id'
      USING ERRCODE = 'MO009', HINT = 'metaops unfreeze lifts it.';
  END IF;

  -- Each row as it is held, and none that another session holds.
  SELECT coalesce(jsonb_object_agg(h.id, jsonb_build_object('version', h.version, 'row', h.row)), '{}')
  INTO v_before
  FROM (
    SELECT o.id, o.xmin::text AS version, to_jsonb(o) AS row
    FROM public.orders o
    WHERE o.id = ANY (ARRAY(SELECT g."order" FROM unnest(v_targets) g))
      AND NOT EXISTS (SELECT FROM metaops.applied_order a
        WHERE a.digest = p_digest AND a.order_id = o.id)
    FOR UPDATE OF o SKIP LOCKED) h;

  -- One alone as it was planned: whether its blocks still stand is seen when they are kept.
  v_held := v_before -> v_targets[1]."order";
  IF cardinality(v_targets) = 1 AND v_targets[1]."from" <> v_targets[1]."to"
    AND v_held #>> '{row,state}' = v_targets[1]."from"
    AND v_held ->> 'version' = v_targets[1].row_version
  THEN
    v_said := '{}';
    v_open := v_targets;
  ELSE
    SELECT j.said, j.open INTO v_said, v_open
    FROM metaops.judge_targets(v_targets, v_before, p_digest, v_chain) j;
  END IF;

  IF cardinality(v_open) > 0 THEN
    BEGIN
      PERFORM metaops.move_targets(v_plan ->> 'id', v_cause, v_chain, v_open);
      v_moved := v_open;
    EXCEPTION WHEN SQLSTATE 'MO010' THEN
      FOREACH v_target IN ARRAY v_open LOOP
        BEGIN
          PERFORM metaops.move_targets(v_plan ->> 'id', v_cause, v_chain, ARRAY[v_target]);
          v_moved := v_moved || v_target;
        EXCEPTION WHEN SQLSTATE 'MO010' THEN
          v_said := v_said || jsonb_build_object(
            v_target."order", jsonb_build_object('outcome', 'void', 'why', SQLERRM));
        END;
      END LOOP;
    END;
  END IF;

  IF cardinality(v_moved) > 0 THEN
    PERFORM metaops.append_record('plan', o.id, v_plan ->> 'actor', jsonb_build_object(
      'plan', v_plan ->> 'id', 'digest', encode(p_digest, 'hex'), 'verb', v_plan ->> 'verb',
      'class', v_plan ->> 'class', 'reason', v_plan ->> 'reason',
      'before', v_before -> o.id -> 'row', 'after', to_jsonb(o),
      'evidence', g.events, 'standing', p_standing, 'connection', metaops.whoever()))
    FROM unnest(v_moved) g JOIN public.orders o ON o.id = g."order";
    INSERT INTO metaops.applied_plan (digest, plan_id, plan)
    VALUES (p_digest, v_plan ->> 'id', p_plan) ON CONFLICT DO NOTHING;
    INSERT INTO metaops.applied_order (digest, order_id)
    SELECT p_digest, g."order" FROM unnest(v_moved) g;
  END IF;

  RETURN (
    SELECT coalesce(jsonb_agg(jsonb_build_object('order', g."order",
      'outcome', coalesce(v_said -> g."order" -> 'outcome', '"applied"'),
      'why', v_said -> g."order" -> 'why')), '[]')
    FROM unnest(v_targets) g);
END
$$;
