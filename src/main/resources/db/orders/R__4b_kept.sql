-- What apply_plan asks of a plan beside its evidence.

-- What its class takes. Signatures are checked by metaops, with the configured keys; here what was
-- found is demanded and recorded.
CREATE OR REPLACE FUNCTION metaops.require_class(p_plan jsonb, p_standing jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF p_plan ->> 'class' NOT IN ('RESYNC', 'MONEY') THEN
    RAISE EXCEPTION 'plan %: class % refused (expected: RESYNC or MONEY)', p_plan ->> 'id', p_plan ->> 'class'
      USING ERRCODE = 'MO007';
  END IF;
  IF p_plan ->> 'class' = 'MONEY' AND coalesce(p_standing ->> 'footing', '') NOT IN ('SOLO', 'BREAK_GLASS')
    AND (SELECT count(DISTINCT p) FROM jsonb_array_elements_text(p_standing -> 'people') p) < 2
  THEN
    RAISE EXCEPTION 'plan %: class MONEY takes two people', p_plan ->> 'id'
      USING ERRCODE = 'MO007', HINT = 'metaops plan approve ' || (p_plan ->> 'id');
  END IF;
END
$$;

-- Ends orders the chain has nothing for, or raises MO010 and ends none. The caller holds the rows. What
-- the ledger says of them is held to the end of the transaction: the listener waits with their events,
-- and what it wrote and did not fold yet counts.
CREATE OR REPLACE FUNCTION metaops.cancel_unfunded(p_ids text[], p_plan_id text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM metaops.order_status s WHERE s.order_id = ANY (p_ids) ORDER BY s.order_id FOR UPDATE;
  IF EXISTS (
    SELECT FROM metaops.order_status s WHERE s.order_id = ANY (p_ids)
      AND (s.folded_state <> 'CREATED' OR s.chain_state <> 'CREATED' OR s.held_by IS NOT NULL
        OR EXISTS (SELECT FROM metaops.unmatched u WHERE u.escrow_key = s.escrow_key)))
  THEN
    RAISE EXCEPTION 'the ledger knows of an escrow' USING ERRCODE = 'MO010';
  END IF;
  WITH ended AS (
    UPDATE public.orders o SET state = 'CANCELLED', state_since = now(), updated_at = now()
    FROM public.orders was
    WHERE o.id = ANY (p_ids) AND was.id = o.id AND o.state IN ('CREATED', 'PENDING')
    RETURNING o.id, was.state)
  INSERT INTO metaops.order_change (order_id, from_state, to_state, cause, cause_ref)
  SELECT e.id, e.state, 'CANCELLED', 'plan', p_plan_id FROM ended e;
END
$$;

-- Orders of a kept plan whose evidence no longer holds are left out of it for good, whoever applies it
-- again.

-- The targets among these that were not left out, in the order given.
CREATE OR REPLACE FUNCTION metaops.open_targets(p_targets jsonb, p_digest bytea, p_only text[])
RETURNS metaops.target[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY(
    SELECT t FROM jsonb_populate_recordset(NULL::metaops.target, p_targets) t
    WHERE (p_only IS NULL OR t."order" = ANY (p_only))
      AND NOT EXISTS (SELECT FROM metaops.voided_order v
        WHERE v.digest = p_digest AND v.order_id = t."order"));
END
$$;

-- Leaves these out, [{order, why}], and records each as a refusal; telling it again changes nothing.
CREATE OR REPLACE FUNCTION metaops_api.void_targets(
  p_plan_id text, p_digest bytea, p_actor text, p_voids jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH voided AS (
    INSERT INTO metaops.voided_order (digest, order_id, why)
    SELECT p_digest, v."order", v.why
    FROM jsonb_to_recordset(p_voids) AS v("order" text, why text)
    ON CONFLICT DO NOTHING RETURNING order_id, why)
  SELECT metaops.append_record('refusal', v.order_id, p_actor, jsonb_build_object(
    'plan', p_plan_id, 'digest', encode(p_digest, 'hex'), 'asked', 'plan apply',
    'why', 'evidence void: ' || v.why, 'connection', metaops.whoever()))
  FROM voided v
$$;
