-- Plans with a life. What was kept is never written again but for where it is in its life; what
-- people signed, each step of its life and what came of each order are only ever added.

CREATE TABLE metaops_ops.identity (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  is_this boolean NOT NULL DEFAULT true UNIQUE CHECK (is_this)
);
COMMENT ON TABLE metaops_ops.identity IS
  'One row: which store this is. Part of what people sign, so that a signature counts here only';
INSERT INTO metaops_ops.identity DEFAULT VALUES;

CREATE TABLE metaops_ops.plan (
  id text PRIMARY KEY CHECK (id ~ '^P-[0-9A-HJKMNP-TV-Z]{4}$'),
  text text NOT NULL,
  digest bytea NOT NULL UNIQUE CHECK (digest = sha256(convert_to(text, 'UTF8'))),
  environment text NOT NULL,
  state text NOT NULL CHECK (state IN ('PLANNED', 'APPROVED', 'APPLYING', 'APPLIED', 'VERIFIED',
    'CLOSED', 'REJECTED', 'EXPIRED', 'VOID')),
  expires_at timestamptz NOT NULL,
  kept_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN metaops_ops.plan.text IS 'Exactly what was shown, and what is applied';
CREATE INDEX plan_kept_at ON metaops_ops.plan (kept_at);

CREATE TABLE metaops_ops.approval (
  plan_id text NOT NULL REFERENCES metaops_ops.plan,
  environment text NOT NULL,
  digest bytea NOT NULL,
  decision text NOT NULL CHECK (decision IN ('PROPOSE', 'APPROVE', 'REJECT', 'BREAK_GLASS', 'REVIEW')),
  person text NOT NULL,
  key text NOT NULL,
  at timestamptz NOT NULL,
  signature text NOT NULL,
  kept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  glass bigint UNIQUE CHECK ((glass IS NULL) = (decision <> 'BREAK_GLASS')),
  PRIMARY KEY (plan_id, decision, person, key)
);
COMMENT ON COLUMN metaops_ops.approval.glass IS
  'Of BREAK_GLASS: the how-manieth of all, so that of two at once one is kept';
COMMENT ON TABLE metaops_ops.approval IS
  'What people signed, PROPOSE and REJECT too. Whether a row counts is judged from its signature';

CREATE TABLE metaops_ops.plan_step (
  id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  plan_id text NOT NULL REFERENCES metaops_ops.plan,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  event text NOT NULL,
  from_state text NOT NULL,
  to_state text NOT NULL,
  actor text NOT NULL,
  why text NOT NULL
);
COMMENT ON COLUMN metaops_ops.plan_step.id IS 'Of a step into APPLYING: the attempt';
CREATE INDEX plan_step_plan ON metaops_ops.plan_step (plan_id, id);

CREATE TABLE metaops_ops.plan_outcome (
  plan_id text NOT NULL REFERENCES metaops_ops.plan,
  order_id text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('APPLIED', 'ALREADY', 'CHANGED', 'VOID')),
  why text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (plan_id, order_id)
);

CREATE FUNCTION metaops_ops.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '%: % refused: it is only ever added to', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'MO011';
END
$$;

CREATE FUNCTION metaops_ops.keep_plan() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (NEW.id, NEW.text, NEW.digest, NEW.environment, NEW.expires_at, NEW.kept_at)
    IS DISTINCT FROM (OLD.id, OLD.text, OLD.digest, OLD.environment, OLD.expires_at, OLD.kept_at)
  THEN
    RAISE EXCEPTION 'plan %: only where it is in its life changes', OLD.id USING ERRCODE = 'MO011';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER kept BEFORE UPDATE ON metaops_ops.plan
  FOR EACH ROW EXECUTE FUNCTION metaops_ops.keep_plan();

DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['approval', 'plan_step', 'plan_outcome', 'identity'] LOOP
    EXECUTE format('CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON metaops_ops.%I
      FOR EACH ROW EXECUTE FUNCTION metaops_ops.refuse_change()', v_table);
    EXECUTE format('ALTER TABLE metaops_ops.%I ENABLE ALWAYS TRIGGER only_added', v_table);
  END LOOP;
  FOREACH v_table IN ARRAY ARRAY['plan', 'approval', 'plan_step', 'plan_outcome', 'identity'] LOOP
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON metaops_ops.%I
      FOR EACH STATEMENT EXECUTE FUNCTION metaops_ops.refuse_change()', v_table);
    EXECUTE format('ALTER TABLE metaops_ops.%I ENABLE ALWAYS TRIGGER never_emptied', v_table);
  END LOOP;
END
$$;

CREATE TRIGGER never_removed BEFORE DELETE ON metaops_ops.plan
  FOR EACH ROW EXECUTE FUNCTION metaops_ops.refuse_change();
ALTER TABLE metaops_ops.plan ENABLE ALWAYS TRIGGER kept;
ALTER TABLE metaops_ops.plan ENABLE ALWAYS TRIGGER never_removed;
