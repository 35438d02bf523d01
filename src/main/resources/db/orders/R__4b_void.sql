-- Orders of a kept plan whose evidence no longer holds: left out of it for good, whoever applies it
-- again.

-- The targets among these that were not left out.
CREATE OR REPLACE FUNCTION metaops.open_targets(p_targets jsonb, p_digest bytea, p_only text[])
RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
  SELECT coalesce(jsonb_agg(t.target ORDER BY t.place), '[]')
  FROM jsonb_array_elements(p_targets) WITH ORDINALITY AS t(target, place)
  WHERE (p_only IS NULL OR t.target ->> 'order' = ANY (p_only))
    AND NOT EXISTS (SELECT FROM metaops.voided_order v
      WHERE v.digest = p_digest AND v.order_id = t.target ->> 'order')
$$;

-- Leaves these out, [{order, why}], and records each as a refusal; telling it again changes nothing.
CREATE OR REPLACE FUNCTION metaops_api.void_targets(
  p_plan_id text, p_digest bytea, p_actor text, p_voids jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
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
