-- A database that came back from a backup: it is frozen until somebody vouches for it.

CREATE TABLE IF NOT EXISTS metaops.went_back (
  id text PRIMARY KEY,
  settled bigint NOT NULL,
  remembered bigint NOT NULL,
  epoch bigint NOT NULL,
  seals bigint NOT NULL,
  seals_then bigint NOT NULL,
  recorded_at timestamptz
);
COMMENT ON TABLE metaops.went_back IS
  'Of each freeze of a database that went back: where it stood (settled, seals_then), and what is remembered of it';

CREATE OR REPLACE TRIGGER recorded AFTER INSERT OR UPDATE OR DELETE ON metaops.went_back
  FOR EACH ROW WHEN (current_user <> 'metaops_owner') EXECUTE FUNCTION metaops.record_freeze_edit();
CREATE OR REPLACE TRIGGER never_emptied BEFORE TRUNCATE ON metaops.went_back
  FOR EACH STATEMENT EXECUTE FUNCTION metaops.refuse_rewriting();
ALTER TABLE metaops.went_back ENABLE ALWAYS TRIGGER recorded;
ALTER TABLE metaops.went_back ENABLE ALWAYS TRIGGER never_emptied;

-- Freezes every row and raises the finding. While such a freeze is held, what is remembered of the
-- database can only grow: whoever found it may have known less than who looks now. A restoration
-- that was recorded below an epoch that is known only now has to be recorded again.
CREATE OR REPLACE FUNCTION metaops_api.went_back(p_actor text, p_sentence text, p_settled bigint,
  p_remembered bigint, p_epoch bigint, p_seals bigint, p_seals_then bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
DECLARE
  v_id text;
BEGIN
  -- One at a time: a second finds the freeze of the first.
  LOCK TABLE metaops.went_back IN SHARE ROW EXCLUSIVE MODE;
  SELECT w.id INTO v_id FROM metaops.went_back w JOIN metaops.freeze f ON f.id = w.id
  WHERE f.lifted_at IS NULL;
  IF FOUND THEN
    UPDATE metaops.went_back w SET remembered = greatest(w.remembered, p_remembered),
      epoch = greatest(w.epoch, p_epoch), seals = greatest(w.seals, p_seals),
      recorded_at = CASE WHEN p_epoch <= (SELECT max(s.lease_epoch) FROM metaops.stream s)
        THEN w.recorded_at END
    WHERE w.id = v_id
      AND (p_remembered > w.remembered OR p_epoch > w.epoch OR p_seals > w.seals);
    RETURN v_id;
  END IF;
  v_id := 'went-back-' || gen_random_uuid();
  PERFORM metaops_api.freeze(v_id, p_actor, p_sentence, clock_timestamp());
  INSERT INTO metaops.went_back (id, settled, remembered, epoch, seals, seals_then)
  VALUES (v_id, p_settled, p_remembered, p_epoch, p_seals, p_seals_then);
  PERFORM metaops_api.raise_finding('orders-db-went-back', 'orders database', 'P1', p_sentence,
    jsonb_build_object('settled', p_settled, 'remembered', p_remembered, 'epoch', p_epoch,
      'seals', p_seals, 'seals_then', p_seals_then));
  RETURN v_id;
END
$$;

-- People vouch for the restoration: it is recorded once, and whoever held a lease before or after the
-- backup is fenced off. Returns whether it was recorded now. Signatures are checked by metaops, with the
-- configured keys; here what was found, p_body.standing, is demanded and recorded.
CREATE OR REPLACE FUNCTION metaops_api.record_restored(p_id text, p_actor text, p_body jsonb)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
DECLARE
  v_epoch bigint;
BEGIN
  IF coalesce(p_body #>> '{standing,footing}', '') <> 'SOLO'
    AND (SELECT count(DISTINCT p) FROM jsonb_path_query(p_body, '$.standing.people[*]') p) < 2
  THEN
    RAISE EXCEPTION 'freeze %: a restoration takes two people', p_id
      USING ERRCODE = 'MO007', HINT = 'metaops db restored --to TIME-OF-THE-BACKUP';
  END IF;
  UPDATE metaops.went_back SET recorded_at = clock_timestamp()
  WHERE id = p_id AND recorded_at IS NULL RETURNING epoch INTO v_epoch;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE metaops.stream SET lease_epoch = greatest(lease_epoch, v_epoch) + 1,
    lease_holder = NULL, lease_expires_at = NULL;
  PERFORM metaops.append_record('restored', NULL, p_actor, p_body || jsonb_build_object(
    'freeze', p_id, 'epoch', (SELECT max(s.lease_epoch) FROM metaops.stream s),
    'connection', metaops.whoever()));
  RETURN true;
END
$$;

-- Lifts the freeze of a restoration that is on the record. Returns whether it was held.
CREATE OR REPLACE FUNCTION metaops_api.end_went_back(p_id text, p_actor text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM metaops.went_back WHERE id = p_id AND recorded_at IS NOT NULL) THEN
    RAISE EXCEPTION 'freeze %: no restoration is recorded that it could end with', p_id
      USING ERRCODE = 'MO011', HINT = 'metaops db restored --to TIME-OF-THE-BACKUP';
  END IF;
  UPDATE metaops.freeze SET lifted_by = p_actor, lifted_at = clock_timestamp()
  WHERE id = p_id AND lifted_at IS NULL;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM metaops.append_record('unfreeze', NULL, p_actor, jsonb_build_object(
    'id', p_id, 'reason', 'restored from a backup', 'lifted', 1, 'connection', metaops.whoever()));
  PERFORM metaops_api.clear_finding('orders-db-went-back', 'orders database');
  RETURN true;
END
$$;
