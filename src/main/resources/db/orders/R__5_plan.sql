-- The road by which a person changes orders: a plan, frozen and hashed, applied in one transaction
-- that judges it again.

-- A plan's targets, as rows in the order of its text.
CREATE OR REPLACE FUNCTION metaops.targets(p_targets jsonb) RETURNS TABLE (
  "order" text, "from" text, "to" text, row_version text, settled bigint, blocks jsonb, events jsonb, place bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT * FROM ROWS FROM (jsonb_to_recordset(p_targets) AS (
    "order" text, "from" text, "to" text, row_version text, settled bigint, blocks jsonb, events jsonb))
    WITH ORDINALITY
$$;

-- Moves the rows of all these targets, or raises MO010 and moves none: when the ledger folds one of
-- them elsewhere, or has another block in the place of one they rest on. Whoever calls holds the rows.
CREATE OR REPLACE FUNCTION metaops.move_targets(
  p_plan_id text, p_cause text, p_chain bigint, p_targets jsonb)
RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
  v_settled bigint;
  v_unfunded text[];
  v_elsewhere record;
BEGIN
  PERFORM metaops.keep_final_blocks(p_chain, jsonb_agg(b))
  FROM metaops.targets(p_targets) g CROSS JOIN jsonb_array_elements(g.blocks) b;

  FOR v_settled IN SELECT DISTINCT g.settled FROM metaops.targets(p_targets) g ORDER BY 1 LOOP
    PERFORM metaops.insert_events(
      jsonb_agg(e ORDER BY (e -> 'number')::bigint, (e -> 'index')::integer), 'plan', v_settled)
    FROM metaops.targets(p_targets) g CROSS JOIN jsonb_array_elements(g.events) e
    WHERE g.settled = v_settled;
  END LOOP;

  PERFORM metaops.refold(
    ARRAY(SELECT decode(substr(o.escrow_key, 3), 'hex')
      FROM metaops.targets(p_targets) g JOIN public.orders o ON o.id = g."order"
      WHERE g.events <> '[]'),
    p_cause, p_plan_id);
  v_unfunded := ARRAY(SELECT g."order" FROM metaops.targets(p_targets) g
    WHERE g.events = '[]' AND g."to" = 'CANCELLED');
  IF cardinality(v_unfunded) > 0 THEN
    PERFORM metaops.cancel_unfunded(v_unfunded, p_plan_id);
  END IF;

  SELECT s.folded_state, o.state, g."to" INTO v_elsewhere
  FROM metaops.targets(p_targets) g
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
DROP FUNCTION IF EXISTS metaops_api.apply_plan(text, bytea);
CREATE OR REPLACE FUNCTION metaops_api.apply_plan(
  p_plan text, p_digest bytea, p_only text[] DEFAULT NULL, p_standing jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '4s'
SET plan_cache_mode = force_generic_plan SET join_collapse_limit = 1
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  v_plan jsonb := p_plan::jsonb;
  v_targets jsonb := metaops.open_targets(v_plan -> 'targets', p_digest, p_only);
  v_cause text := CASE v_plan ->> 'class' WHEN 'MONEY' THEN 'people' ELSE 'plan' END;
  v_chain bigint := (v_plan ->> 'chain')::bigint;
  v_ids text[];
  v_held text[];
  v_before jsonb;
  v_said jsonb;
  v_open jsonb;
  v_moved text[] := '{}';
  v_target jsonb;
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

  v_ids := ARRAY(SELECT g."order" FROM metaops.targets(v_targets) g);
  v_held := ARRAY(SELECT o.id FROM public.orders o
    WHERE o.id = ANY (v_ids)
      AND o.id NOT IN (SELECT a.order_id FROM metaops.applied_order a WHERE a.digest = p_digest)
    ORDER BY o.id FOR UPDATE SKIP LOCKED);
  SELECT coalesce(jsonb_object_agg(o.id, jsonb_build_object('version', o.xmin::text, 'row', to_jsonb(o))), '{}')
  INTO v_before FROM public.orders o WHERE o.id = ANY (v_held);

  -- What each target is, before anything is written; those that may be moved have no outcome yet.
  WITH judged AS MATERIALIZED (
    SELECT g.*, CASE
        WHEN EXISTS (SELECT FROM metaops.applied_order a
          WHERE a.digest = p_digest AND a.order_id = g."order") THEN 'applied'
        WHEN h.held IS NULL AND EXISTS (SELECT FROM public.orders o WHERE o.id = g."order") THEN 'locked'
        WHEN h.held IS NULL THEN 'gone'
        WHEN h.state = g."to" THEN 'already'
        WHEN h.state <> g."from" OR h.version <> g.row_version THEN 'changed'
        WHEN EXISTS (
          SELECT FROM jsonb_to_recordset(g.blocks) AS b(number bigint, hash text)
          CROSS JOIN LATERAL (SELECT k.hash, k.canonical FROM metaops.block k
            WHERE k.chain_id = v_chain AND k.number = b.number OFFSET 0) k
          WHERE k.canonical <> (k.hash = decode(b.hash, 'hex'))) THEN 'void'
      END AS outcome, h.state
    FROM metaops.targets(v_targets) g
    LEFT JOIN LATERAL (
      SELECT b AS held, b ->> 'version' AS version, b -> 'row' ->> 'state' AS state
      FROM (SELECT v_before -> g."order") AS held(b) WHERE b IS NOT NULL) h ON true
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
    jsonb_agg(v_targets -> (j.place::integer - 1) ORDER BY j.place) FILTER (WHERE j.outcome IS NULL)
  INTO v_said, v_open FROM judged j;

  IF v_open IS NOT NULL THEN
    BEGIN
      PERFORM metaops.move_targets(v_plan ->> 'id', v_cause, v_chain, v_open);
      v_moved := ARRAY(SELECT g."order" FROM metaops.targets(v_open) g);
    EXCEPTION WHEN SQLSTATE 'MO010' THEN
      FOR v_target IN SELECT jsonb_array_elements(v_open) LOOP
        BEGIN
          PERFORM metaops.move_targets(v_plan ->> 'id', v_cause, v_chain, jsonb_build_array(v_target));
          v_moved := v_moved || (v_target ->> 'order');
        EXCEPTION WHEN SQLSTATE 'MO010' THEN
          v_said := v_said || jsonb_build_object(
            v_target ->> 'order', jsonb_build_object('outcome', 'void', 'why', SQLERRM));
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
    FROM metaops.targets(v_open) g JOIN public.orders o ON o.id = g."order"
    WHERE o.id = ANY (v_moved);
    INSERT INTO metaops.applied_plan (digest, plan_id, plan)
    VALUES (p_digest, v_plan ->> 'id', p_plan) ON CONFLICT DO NOTHING;
    INSERT INTO metaops.applied_order (digest, order_id) SELECT p_digest, unnest(v_moved);
  END IF;

  RETURN (
    SELECT coalesce(jsonb_agg(jsonb_build_object('order', g."order",
      'outcome', coalesce(v_said -> g."order" -> 'outcome', '"applied"'),
      'why', v_said -> g."order" -> 'why') ORDER BY g.place), '[]')
    FROM metaops.targets(v_targets) g);
END
$$;
