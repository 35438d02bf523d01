-- Whatever people or metaops decide here leaves a record in the transaction that writes it, whoever
-- writes it. What is only remembered (orders_mark, orders_record) is no decision.

-- A step of a plan's life.
CREATE OR REPLACE FUNCTION metaops_ops.record_step() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM metaops_ops.append_record('step', NULL, NEW.actor, jsonb_build_object(
    'plan', NEW.plan_id, 'step', NEW.id, 'event', NEW.event, 'from', NEW.from_state, 'to', NEW.to_state,
    'why', NEW.why, 'digest', (SELECT encode(p.digest, 'hex') FROM metaops_ops.plan p WHERE p.id = NEW.plan_id),
    'connection', metaops_ops.whoever()));
  RETURN NULL;
END
$$;

-- What somebody signed: about a plan, or about a database that came back from a backup.
CREATE OR REPLACE FUNCTION metaops_ops.record_word() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_row jsonb := to_jsonb(NEW);
BEGIN
  PERFORM metaops_ops.append_record('word', NULL, NEW.person, jsonb_strip_nulls(jsonb_build_object(
    'about', CASE TG_TABLE_NAME WHEN 'approval' THEN 'plan' ELSE 'restoration' END,
    'plan', v_row -> 'plan_id', 'decision', v_row -> 'decision', 'environment', NEW.environment,
    'digest', regexp_replace(v_row ->> 'digest', '^(\\x|0x)', ''), 'key', NEW.key, 'signed_at', NEW.at, 'signature', NEW.signature,
    'connection', metaops_ops.whoever())));
  RETURN NULL;
END
$$;

-- What came of the orders of a plan, some 50,000 bytes a record (100 orders or more), so that an entry
-- stays below 64 KB whatever they are called: one of them is 2,500 bytes at most.
CREATE OR REPLACE FUNCTION metaops_ops.record_outcomes() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM metaops_ops.append_record('outcome', NULL, session_user::text, jsonb_build_object(
    'plan', c.plan_id, 'orders', c.orders, 'connection', metaops_ops.whoever()))
  FROM (
    SELECT n.plan_id, jsonb_agg(jsonb_build_object(
      'order', n.order_id, 'outcome', n.outcome, 'why', left(n.why, 200)) ORDER BY n.order_id) AS orders
    FROM (
      SELECT s.*, sum(60 + octet_length(to_json(s.order_id)::text)
          + octet_length(to_json(left(s.why, 200))::text))
        OVER (PARTITION BY s.plan_id ORDER BY s.order_id) / 50000 AS part
      FROM settled s) n
    GROUP BY n.plan_id, n.part ORDER BY n.plan_id, n.part) c;
  RETURN NULL;
END
$$;

-- A plan's place in its life that no step of it led to: somebody wrote to the table itself.
CREATE OR REPLACE FUNCTION metaops_ops.record_edit() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (SELECT (s.from_state, s.to_state) FROM metaops_ops.plan_step s
      WHERE s.plan_id = NEW.id ORDER BY s.id DESC LIMIT 1) IS DISTINCT FROM (OLD.state, NEW.state) THEN
    PERFORM metaops_ops.append_record('edit', NULL, session_user::text, jsonb_build_object(
      'table', 'plan', 'operation', TG_OP, 'plan', NEW.id,
      'before', jsonb_build_object('state', OLD.state), 'after', jsonb_build_object('state', NEW.state),
      'connection', metaops_ops.whoever()));
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER recorded AFTER INSERT ON metaops_ops.plan_step
  FOR EACH ROW EXECUTE FUNCTION metaops_ops.record_step();
CREATE OR REPLACE TRIGGER recorded AFTER INSERT ON metaops_ops.approval
  FOR EACH ROW EXECUTE FUNCTION metaops_ops.record_word();
CREATE OR REPLACE TRIGGER recorded AFTER INSERT ON metaops_ops.restoration_word
  FOR EACH ROW EXECUTE FUNCTION metaops_ops.record_word();
CREATE OR REPLACE TRIGGER recorded AFTER INSERT ON metaops_ops.plan_outcome
  REFERENCING NEW TABLE AS settled
  FOR EACH STATEMENT EXECUTE FUNCTION metaops_ops.record_outcomes();
CREATE OR REPLACE TRIGGER recorded AFTER UPDATE ON metaops_ops.plan
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION metaops_ops.record_edit();

DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['plan_step', 'approval', 'restoration_word', 'plan_outcome', 'plan'] LOOP
    EXECUTE format('ALTER TABLE metaops_ops.%I ENABLE ALWAYS TRIGGER recorded', v_table);
  END LOOP;
END
$$;
