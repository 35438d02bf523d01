-- Records: what was done, by whom, why; exact bytes, sealed into a hash chain a moment later.
-- Here and in the other files search_path names pg_temp, last: where it does not, the types and tables of
-- whoever calls are found before all others, and a function of theirs runs as the owner of ours.

-- The log's name: checkpoints kept outside are found by it, and a backup keeps it.
CREATE TABLE IF NOT EXISTS ${log}.audit_log (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  id text NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', '')
);
INSERT INTO ${log}.audit_log DEFAULT VALUES ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION ${log}.append_record(
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
  INSERT INTO ${log}.record (at, kind, order_id, actor, entry, leaf)
  VALUES (v_at, p_kind, p_order_id, p_actor, v_entry,
    sha256('\x00'::bytea || convert_to(v_entry, 'UTF8')))
  RETURNING id INTO v_id;
  INSERT INTO ${log}.unsealed (record_id) VALUES (v_id);
  RETURN v_id;
END
$$;

-- Who is at the other end, as far as the database can tell.
CREATE OR REPLACE FUNCTION ${log}.whoever() RETURNS jsonb
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
CREATE OR REPLACE FUNCTION ${api}.seal_records(p_limit integer DEFAULT 1000) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_seq bigint;
  v_chain bytea;
  v_record record;
  v_ids bigint[] := '{}';
  v_chains bytea[] := '{}';
BEGIN
  IF NOT EXISTS (SELECT FROM ${log}.unsealed) THEN
    RETURN 0;
  END IF;
  SELECT h.seq, h.chain INTO v_seq, v_chain FROM ${log}.seal_head h FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  FOR v_record IN
    SELECT r.id, r.leaf FROM ${log}.unsealed u JOIN ${log}.record r ON r.id = u.record_id
    ORDER BY r.id LIMIT p_limit
  LOOP
    v_chain := sha256('metaops-audit-v1'::bytea || '\x0a'::bytea || v_chain || v_record.leaf);
    v_ids := v_ids || v_record.id;
    v_chains := v_chains || v_chain;
  END LOOP;
  INSERT INTO ${log}.seal (seq, record_id, chain)
  SELECT v_seq + s.place, s.id, s.chain
  FROM unnest(v_ids, v_chains) WITH ORDINALITY AS s(id, chain, place);
  DELETE FROM ${log}.unsealed u WHERE u.record_id = ANY (v_ids);
  UPDATE ${log}.seal_head SET seq = v_seq + cardinality(v_ids), chain = v_chain;
  RETURN cardinality(v_ids);
END
$$;

CREATE OR REPLACE FUNCTION ${log}.refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'MO006', HINT = 'Records are never changed; write a new one.';
END
$$;

DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['record', 'seal'] LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS append_only ON ${log}.%I', v_table);
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${log}.%I
      FOR EACH STATEMENT EXECUTE FUNCTION ${log}.refuse_rewriting()', v_table);
    EXECUTE format('ALTER TABLE ${log}.%I ENABLE ALWAYS TRIGGER append_only', v_table);
  END LOOP;
END
$$;

-- Which edits somebody said were theirs, and why. A claim holds for the record it names by id and leaf.
CREATE OR REPLACE VIEW ${log}.claimed AS
SELECT (c.named ->> 'id')::bigint AS record_id, decode(c.named ->> 'leaf', 'hex') AS leaf,
  r.actor AS by, r.entry::jsonb #>> '{body,reason}' AS reason, r.id AS claim_id
FROM ${log}.record r
CROSS JOIN LATERAL jsonb_array_elements(r.entry::jsonb #> '{body,records}') AS c(named)
WHERE r.kind = 'claim';

-- The edits of a login since then that nobody claimed become p_actor's, by one new record that names
-- them; nothing old is changed. At most 500 at a time, so that the entry stays below 64 KB; answers how
-- many. Claiming again finds none.
CREATE OR REPLACE FUNCTION ${api}.claim_edits(
  p_login text, p_since timestamptz, p_actor text, p_reason text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
DECLARE
  v_records jsonb;
BEGIN
  -- Claims wait for each other and for nobody else.
  PERFORM pg_advisory_xact_lock(hashtext('metaops claim'));
  SELECT jsonb_agg(jsonb_build_object('id', e.id, 'leaf', encode(e.leaf, 'hex')) ORDER BY e.id)
  INTO v_records
  FROM (
    SELECT r.id, r.leaf FROM ${log}.record r
    WHERE r.kind = 'edit' AND r.actor = p_login AND r.at >= p_since
      AND NOT EXISTS (
        SELECT FROM ${log}.claimed c WHERE c.record_id = r.id AND c.leaf = r.leaf)
    ORDER BY r.id LIMIT 500) e;
  IF v_records IS NULL THEN
    RETURN 0;
  END IF;
  PERFORM ${log}.append_record('claim', NULL, p_actor, jsonb_build_object(
    'login', p_login, 'reason', p_reason, 'records', v_records, 'connection', ${log}.whoever()));
  RETURN jsonb_array_length(v_records);
END
$$;

