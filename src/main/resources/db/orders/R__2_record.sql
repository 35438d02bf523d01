-- What else is only ever added to, and what of an orders database is recorded by name.

DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['applied_plan', 'applied_order', 'voided_order', 'order_change', 'order_edit',
    'proof', 'refuted_event']
  LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS append_only ON metaops.%I', v_table);
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON metaops.%I
      FOR EACH STATEMENT EXECUTE FUNCTION metaops.refuse_rewriting()', v_table);
    EXECUTE format('ALTER TABLE metaops.%I ENABLE ALWAYS TRIGGER append_only', v_table);
  END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION metaops_api.record_refusal(
  p_order_id text, p_actor text, p_body jsonb) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT metaops.append_record('refusal', p_order_id, p_actor,
    p_body || jsonb_build_object('connection', metaops.whoever()))
$$;

-- Idempotent by id: the local journal may send the same freeze again.
CREATE OR REPLACE FUNCTION metaops_api.freeze(
  p_id text, p_actor text, p_reason text, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO metaops.freeze (id, reason, actor, at) VALUES (p_id, p_reason, p_actor, p_at)
  ON CONFLICT (id) DO NOTHING;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM metaops.append_record('freeze', NULL, p_actor,
    jsonb_build_object('id', p_id, 'reason', p_reason, 'connection', metaops.whoever()));
  RETURN true;
END
$$;

-- Lifts every freeze that a person made and that is older than p_at; one that a finality violation
-- made ends with rewind_stream, that of a database that went back with end_went_back. Returns how many.
CREATE OR REPLACE FUNCTION metaops_api.unfreeze(
  p_id text, p_actor text, p_reason text, p_at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_count integer;
BEGIN
  UPDATE metaops.freeze SET lifted_by = p_actor, lifted_at = clock_timestamp()
  WHERE lifted_at IS NULL AND at <= p_at AND id NOT LIKE 'finality-%'
    AND id NOT IN (SELECT w.id FROM metaops.went_back w);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count > 0 THEN
    PERFORM metaops.append_record('unfreeze', NULL, p_actor, jsonb_build_object(
      'id', p_id, 'reason', p_reason, 'lifted', v_count, 'connection', metaops.whoever()));
  END IF;
  RETURN v_count;
END
$$;

-- What holds all writing back, changed by anyone else: both images, and who.
CREATE OR REPLACE FUNCTION metaops.record_freeze_edit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
    RETURN NULL;
  END IF;
  PERFORM metaops.append_record('edit', NULL, session_user::text, jsonb_build_object(
    'table', TG_TABLE_NAME, 'operation', TG_OP,
    'before', CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END,
    'after', CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END,
    'connection', metaops.whoever()));
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER recorded AFTER INSERT OR UPDATE OR DELETE ON metaops.freeze
  FOR EACH ROW WHEN (current_user <> 'metaops_owner') EXECUTE FUNCTION metaops.record_freeze_edit();
CREATE OR REPLACE TRIGGER never_emptied BEFORE TRUNCATE ON metaops.freeze
  FOR EACH STATEMENT EXECUTE FUNCTION metaops.refuse_rewriting();
ALTER TABLE metaops.freeze ENABLE ALWAYS TRIGGER recorded;
ALTER TABLE metaops.freeze ENABLE ALWAYS TRIGGER never_emptied;
