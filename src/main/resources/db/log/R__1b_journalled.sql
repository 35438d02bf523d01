-- What a machine wrote down while this database did not answer, brought here later.

CREATE TABLE IF NOT EXISTS ${log}.journalled (
  id text PRIMARY KEY,
  record_id bigint NOT NULL
);
COMMENT ON TABLE ${log}.journalled IS 'By the journal''s own ids, so that merging twice is once';

-- Records each entry once, in the order given. Returns how many were new.
--   p_entries: [{id, kind, actor, at, body}]
CREATE OR REPLACE FUNCTION ${api}.record_journalled(p_entries jsonb) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
DECLARE
  v_entry jsonb;
  v_count integer := 0;
BEGIN
  FOR v_entry IN SELECT jsonb_array_elements(p_entries) LOOP
    -- Whoever brings the same entry at the same time waits here, and finds it.
    INSERT INTO ${log}.journalled (id, record_id) VALUES (v_entry ->> 'id', 0)
    ON CONFLICT (id) DO NOTHING;
    IF FOUND THEN
      UPDATE ${log}.journalled SET record_id = ${log}.append_record(
        'journal', NULL, v_entry ->> 'actor', jsonb_build_object('id', v_entry ->> 'id',
          'what', v_entry ->> 'kind', 'written_at', v_entry ->> 'at',
          'body', v_entry -> 'body', 'connection', ${log}.whoever()))
      WHERE id = v_entry ->> 'id';
      v_count := v_count + 1;
    END IF;
  END LOOP;
  RETURN v_count;
END
$$;
