-- Records: what was done, by whom, why; exact bytes, sealed into a hash chain a moment later.

-- The log's name: checkpoints kept outside are found by it, and a backup keeps it.
CREATE TABLE IF NOT EXISTS metaops.audit_log (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  id text NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', '')
);
INSERT INTO metaops.audit_log DEFAULT VALUES ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION metaops.append_record(
  p_kind text, p_order_id text, p_actor text, p_body jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  -- One reading for column and entry: audit verify compares them.
  v_at timestamptz := clock_timestamp();
  v_entry text := jsonb_build_object(
    'kind', p_kind, 'order', p_order_id, 'actor', p_actor, 'at', to_char(
      v_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'body', p_body)::text;
  v_id bigint;
BEGIN
  -- RFC 6962: a leaf is hashed with a zero byte before it, so that it can be no inner node.
  INSERT INTO metaops.record (at, kind, order_id, actor, entry, leaf)
  VALUES (v_at, p_kind, p_order_id, p_actor, v_entry,
    sha256('\x00'::bytea || convert_to(v_entry, 'UTF8')))
  RETURNING id INTO v_id;
  INSERT INTO metaops.unsealed (record_id) VALUES (v_id);
  RETURN v_id;
END
$$;

-- Who is at the other end, as far as the database can tell.
CREATE OR REPLACE FUNCTION metaops.whoever() RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_strip_nulls(jsonb_build_object(
    'login', session_user::text,
    'role', nullif(current_setting('role', true), 'none'),
    'application', nullif(current_setting('application_name', true), ''),
    'address', host(inet_client_addr()),
    'jwt_subject', nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub',
    'jwt_role', nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role',
    'process', pg_backend_pid()));

-- Links what is not linked yet, in the order in which it became visible. One sealer at a time;
-- a second one returns 0 at once. Returns how many records were linked.
CREATE OR REPLACE FUNCTION metaops_api.seal_records(p_limit integer DEFAULT 1000) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  v_seq bigint;
  v_chain bytea;
  v_record record;
  v_ids bigint[] := '{}';
  v_chains bytea[] := '{}';
BEGIN
  IF NOT EXISTS (SELECT FROM metaops.unsealed) THEN
    RETURN 0;
  END IF;
  SELECT h.seq, h.chain INTO v_seq, v_chain FROM metaops.seal_head h FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  FOR v_record IN
    SELECT r.id, r.leaf FROM metaops.unsealed u JOIN metaops.record r ON r.id = u.record_id
    ORDER BY r.id LIMIT p_limit
  LOOP
    v_chain := sha256('metaops-audit-v1'::bytea || '\x0a'::bytea || v_chain || v_record.leaf);
    v_ids := v_ids || v_record.id;
    v_chains := v_chains || v_chain;
  END LOOP;
  INSERT INTO metaops.seal (seq, record_id, chain)
  SELECT v_seq + s.place, s.id, s.chain
  FROM unnest(v_ids, v_chains) WITH ORDINALITY AS s(id, chain, place);
  DELETE FROM metaops.unsealed u WHERE u.record_id = ANY (v_ids);
  UPDATE metaops.seal_head SET seq = v_seq + cardinality(v_ids), chain = v_chain;
  RETURN cardinality(v_ids);
END
$$;

CREATE OR REPLACE FUNCTION metaops.refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'MO006', HINT = 'Records are never changed; write a new one.';
END
$$;

DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['record', 'seal', 'applied_plan', 'applied_order', 'voided_order', 'order_change',
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
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  SELECT metaops.append_record('refusal', p_order_id, p_actor,
    p_body || jsonb_build_object('connection', metaops.whoever()))
$$;

-- Which edits somebody said were theirs, and why. A claim holds for the record it names by id and leaf.
CREATE OR REPLACE VIEW metaops.claimed AS
SELECT (c.named ->> 'id')::bigint AS record_id, decode(c.named ->> 'leaf', 'hex') AS leaf,
  r.actor AS by, r.entry::jsonb #>> '{body,reason}' AS reason, r.id AS claim_id
FROM metaops.record r
CROSS JOIN LATERAL jsonb_array_elements(r.entry::jsonb #> '{body,records}') AS c(named)
WHERE r.kind = 'claim';

-- The edits of a login since then that nobody claimed become p_actor's, by one new record that names
-- them; nothing old is changed. At most 500 at a time, so that the entry stays below 64 KB; answers how
-- many. Claiming again finds none.
CREATE OR REPLACE FUNCTION metaops_api.claim_edits(
  p_login text, p_since timestamptz, p_actor text, p_reason text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '4s' AS $$
DECLARE
  v_records jsonb;
BEGIN
  -- Claims wait for each other and for nobody else.
  PERFORM pg_advisory_xact_lock(hashtext('metaops claim'));
  SELECT jsonb_agg(jsonb_build_object('id', e.id, 'leaf', encode(e.leaf, 'hex')) ORDER BY e.id)
  INTO v_records
  FROM (
    SELECT r.id, r.leaf FROM metaops.record r
    WHERE r.kind = 'edit' AND r.actor = p_login AND r.at >= p_since
      AND NOT EXISTS (
        SELECT FROM metaops.claimed c WHERE c.record_id = r.id AND c.leaf = r.leaf)
    ORDER BY r.id LIMIT 500) e;
  IF v_records IS NULL THEN
    RETURN 0;
  END IF;
  PERFORM metaops.append_record('claim', NULL, p_actor, jsonb_build_object(
    'login', p_login, 'reason', p_reason, 'records', v_records, 'connection', metaops.whoever()));
  RETURN jsonb_array_length(v_records);
END
$$;

-- Idempotent by id: the local journal may send the same freeze again.
CREATE OR REPLACE FUNCTION metaops_api.freeze(
  p_id text, p_actor text, p_reason text, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
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
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  v_count integer;
BEGIN
  UPDATE metaops.freeze SET lifted_by = p_actor, lifted_at = clock_timestamp()
  WHERE lifted_at IS NULL AND at <= p_at AND id NOT LIKE 'finality-%'
    AND id NOT LIKE 'went-back-%';
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count > 0 THEN
    PERFORM metaops.append_record('unfreeze', NULL, p_actor, jsonb_build_object(
      'id', p_id, 'reason', p_reason, 'lifted', v_count, 'connection', metaops.whoever()));
  END IF;
  RETURN v_count;
END
$$;
