-- The road by which a person changes an order: a plan, frozen and hashed, applied in one
-- transaction that judges it again.
--   plan: {id, verb, class, actor, reason, chain, created_at, expires_at, targets: [
--     {order, from, to, row_version, settled: number, blocks: [{number, hash, parent, time}],
--      events: [as insert_events]}]}
-- p_plan is the exact text; p_digest its SHA-256. Each target goes where its
-- events, proved final by the caller, lead. Answers [{order, outcome, why}], one a target, outcome
-- being applied, already, changed, void or locked. Applying the same plan twice answers as the
-- first time. With p_only just these orders are judged, so that a large plan is applied in parts.
-- p_standing says who stands behind it, {footing, people, words}, and goes into the record.
DROP FUNCTION IF EXISTS metaops_api.apply_plan(text, bytea);
CREATE OR REPLACE FUNCTION metaops_api.apply_plan(
  p_plan text, p_digest bytea, p_only text[] DEFAULT NULL, p_standing jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  v_plan jsonb := p_plan::jsonb;
  v_target jsonb;
  v_outcomes jsonb := '[]';
  v_outcome text;
  v_why text;
  v_chain bigint := (v_plan ->> 'chain')::bigint;
  v_before public.orders;
  v_after public.orders;
  v_version text;
  v_key bytea;
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

  FOR v_target IN SELECT jsonb_array_elements(metaops.open_targets(v_plan -> 'targets', p_digest, p_only)) LOOP
    v_outcome := NULL;
    v_why := NULL;
    SELECT a.outcome INTO v_outcome FROM metaops.applied_plan a
    WHERE a.digest = p_digest AND a.order_id = v_target ->> 'order';
    IF v_outcome IS NULL THEN
      BEGIN
        SELECT * INTO v_before FROM public.orders o WHERE o.id = v_target ->> 'order' FOR UPDATE NOWAIT;
        SELECT o.xmin::text INTO v_version FROM public.orders o WHERE o.id = v_target ->> 'order';
        IF v_before.id IS NULL THEN
          v_outcome := 'changed';
          v_why := 'the row is gone';
        ELSIF v_before.state = v_target ->> 'to' THEN
          v_outcome := 'already';
          v_why := 'the row already says ' || v_before.state;
        ELSIF v_before.state <> v_target ->> 'from' OR v_version <> v_target ->> 'row_version' THEN
          v_outcome := 'changed';
          v_why := 'the row was written since the plan was made (' || v_before.state || ')';
        END IF;
      EXCEPTION WHEN lock_not_available THEN
        v_outcome := 'locked';
        v_why := 'another session holds the row in an open transaction';
      END;

      IF v_outcome IS NULL AND EXISTS (
        SELECT FROM jsonb_to_recordset(v_target -> 'blocks') AS b(number bigint, hash text)
        JOIN metaops.block k ON k.chain_id = v_chain AND k.number = b.number
        WHERE (k.canonical AND k.hash <> decode(b.hash, 'hex'))
          OR (NOT k.canonical AND k.hash = decode(b.hash, 'hex')))
      THEN
        v_outcome := 'void';
        v_why := 'a block it rests on is not canonical any more';
      END IF;

      IF v_outcome IS NULL THEN
        v_key := decode(substr(v_before.escrow_key, 3), 'hex');
        BEGIN
          IF v_target ->> 'to' = 'CANCELLED' AND v_target -> 'events' = '[]' THEN
            PERFORM metaops.cancel_unfunded(ARRAY[v_before.id], v_plan ->> 'id');
          END IF;
          INSERT INTO metaops.block AS t (chain_id, number, hash, parent_hash, time, final, has_events)
          SELECT v_chain, b.number, decode(b.hash, 'hex'), decode(b.parent, 'hex'), b.time, true, true
          FROM jsonb_to_recordset(v_target -> 'blocks')
            AS b(number bigint, hash text, parent text, time timestamptz)
          ON CONFLICT (chain_id, number, hash) DO UPDATE SET final = true, has_events = true;
          PERFORM metaops.insert_events(v_target -> 'events', 'plan', (v_target ->> 'settled')::bigint);
          PERFORM metaops.refold(ARRAY[v_key],
            CASE v_plan ->> 'class' WHEN 'MONEY' THEN 'people' ELSE 'plan' END, v_plan ->> 'id');
          SELECT * INTO v_after FROM public.orders o WHERE o.id = v_before.id;
          IF v_after.state <> v_target ->> 'to' THEN
            RAISE EXCEPTION 'the ledger folds it to %, not to %',
              (SELECT s.folded_state FROM metaops.order_status s WHERE s.order_id = v_before.id),
              v_target ->> 'to' USING ERRCODE = 'MO010';
          END IF;
          v_outcome := 'applied';
        EXCEPTION WHEN SQLSTATE 'MO010' THEN
          v_outcome := 'void';
          v_why := SQLERRM;
        END;
      END IF;

      IF v_outcome = 'applied' THEN
        PERFORM metaops.append_record('plan', v_before.id, v_plan ->> 'actor', jsonb_build_object(
          'plan', v_plan ->> 'id', 'digest', encode(p_digest, 'hex'), 'verb', v_plan ->> 'verb',
          'class', v_plan ->> 'class', 'reason', v_plan ->> 'reason',
          'before', to_jsonb(v_before), 'after', to_jsonb(v_after),
          'evidence', v_target -> 'events', 'standing', p_standing, 'connection', metaops.whoever()));
        INSERT INTO metaops.applied_plan (plan_id, order_id, digest, plan, outcome)
        VALUES (v_plan ->> 'id', v_before.id, p_digest, p_plan, v_outcome);
      END IF;
    END IF;
    v_outcomes := v_outcomes || jsonb_build_object(
      'order', v_target ->> 'order', 'outcome', v_outcome, 'why', v_why);
  END LOOP;
  RETURN v_outcomes;
END
$$;
