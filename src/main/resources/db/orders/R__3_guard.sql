-- The guard on the orders table: the steps of metaops.order_step, for every writer. The setting
-- 'guard' says what a breach comes to: enforce refuses it, record writes it down, absent lets it be.
-- The functions of metaops_api run as metaops_owner; a trigger's WHEN sees that before the
-- trigger's own SECURITY DEFINER takes effect, so no session setting can pretend to be them.

CREATE OR REPLACE FUNCTION metaops.refuse(
  p_order_id text, p_what text, p_rule text, p_why text, p_hint text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_guard text := (SELECT value FROM metaops.setting WHERE name = 'guard');
BEGIN
  IF v_guard = 'absent' THEN
    RETURN;
  ELSIF v_guard = 'record' THEN
    PERFORM metaops.append_record('would-refuse', p_order_id, session_user::text,
      jsonb_build_object('what', p_what, 'rule', p_rule, 'why', p_why,
        'connection', metaops.whoever()));
    RETURN;
  END IF;
  RAISE EXCEPTION 'order %: % refused (%: %)', p_order_id, p_what, p_rule, p_why
    USING ERRCODE = 'MO001', HINT = p_hint;
END
$$;

-- Everybody but metaops: a step of the table, and what only the chain grants must be folded. What the
-- ledger says is held from the judgement to the end of the writer's transaction: the listener passes
-- the order over meanwhile and folds it with a later batch, until when nobody moves it by hand.
CREATE OR REPLACE FUNCTION metaops.guard_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_status metaops.order_status;
  v_is_unfolded boolean;
  v_granted_to text;
  v_what text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'CREATED' THEN
      PERFORM metaops.refuse(NEW.id, 'insert as ' || NEW.state, 'starts-created',
        'an order begins as CREATED; the chain moves it on', 'Insert it with state CREATED.');
    END IF;
    RETURN NEW;
  END IF;

  IF TG_OP = 'DELETE' THEN
    SELECT * INTO v_status FROM metaops.order_status s WHERE s.order_id = OLD.id FOR SHARE;
    v_is_unfolded := EXISTS (
      SELECT FROM metaops.unmatched u WHERE u.escrow_key = v_status.escrow_key);
    IF v_is_unfolded OR coalesce(v_status.chain_state, 'CREATED') <> 'CREATED' OR OLD.state NOT IN ('CREATED', 'CANCELLED') THEN
      PERFORM metaops.refuse(OLD.id, 'delete', 'has-escrow',
        'the chain knows this order (' || coalesce(v_status.chain_state, OLD.state) || ')',
        'Keep the row; money was in escrow for it.');
    END IF;
    RETURN OLD;
  END IF;

  NEW.updated_at := now();
  IF (NEW.id, NEW.buyer, NEW.seller, NEW.token, NEW.amount, NEW.escrow_contract, NEW.escrow_key)
    IS DISTINCT FROM
    (OLD.id, OLD.buyer, OLD.seller, OLD.token, OLD.amount, OLD.escrow_contract, OLD.escrow_key)
  THEN
    PERFORM metaops.refuse(OLD.id, 'change of terms', 'terms-fixed',
      'id, parties, token, amount and escrow are what the chain is compared with',
      'Cancel this order and create another.');
  END IF;

  IF NEW.state IS DISTINCT FROM OLD.state THEN
    SELECT * INTO v_status FROM metaops.order_status s WHERE s.order_id = OLD.id FOR SHARE;
    v_is_unfolded := EXISTS (
      SELECT FROM metaops.unmatched u WHERE u.escrow_key = v_status.escrow_key);
    v_what := OLD.state || ' to ' || coalesce(NEW.state, 'nothing');
    SELECT st.granted_to INTO v_granted_to FROM metaops.order_step st
    WHERE st.from_state = OLD.state AND st.to_state = NEW.state;
    IF v_granted_to IS NULL THEN
      IF OLD.state IN ('SETTLED', 'REFUNDED', 'CANCELLED') THEN
        PERFORM metaops.refuse(OLD.id, v_what, 'final-state', 'nothing leaves ' || OLD.state,
          'metaops order verify ' || OLD.id || ' says what the chain holds.');
      ELSE
        PERFORM metaops.refuse(OLD.id, v_what, 'no-step', 'that step is not in metaops.order_step',
          'metaops order verify ' || OLD.id || ' says where the chain has it.');
      END IF;
    ELSIF v_is_unfolded THEN
      PERFORM metaops.refuse(OLD.id, v_what, 'not-folded',
        'the ledger has events of it that it has not folded yet',
        'Try again in a few seconds; metaops order verify ' || OLD.id || ' says what the chain holds.');
    ELSIF v_granted_to = 'chain' AND NEW.state IS DISTINCT FROM v_status.folded_state THEN
      PERFORM metaops.refuse(OLD.id, v_what, 'unproved', 'the ledger says '
        || coalesce(v_status.folded_state, 'nothing') || coalesce(' as of block '
        || v_status.event_block, ''),
        'metaops order fix ' || OLD.id || ' moves it where the chain proves it.');
    ELSIF v_granted_to = 'anyone' AND coalesce(v_status.chain_state, 'CREATED') <> 'CREATED' THEN
      PERFORM metaops.refuse(OLD.id, v_what, 'has-escrow',
        'the chain holds escrow for it (' || v_status.chain_state || ')',
        'metaops order verify ' || OLD.id || ' says what the chain holds.');
    END IF;
    NEW.state_since := now();
  END IF;
  RETURN NEW;
END
$$;

-- metaops itself: only to the folded state, or to CANCELLED while the chain has nothing for it. That it writes nothing but the state and what goes with it
-- is a matter of rights: metaops_owner may update those columns alone. Once a statement, as ours write
-- thousands of rows.
CREATE OR REPLACE FUNCTION metaops.guard_own_writes() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off AS $$
DECLARE
  v_breach record;
BEGIN
  SELECT w.id, w.state, s.folded_state INTO v_breach
  FROM written w LEFT JOIN metaops.order_status s ON s.order_id = w.id
  WHERE w.state IS DISTINCT FROM s.folded_state
    -- Nothing is in escrow for it: no chain event is contradicted by an order that is over.
    AND NOT coalesce(w.state = 'CANCELLED' AND s.folded_state = 'CREATED' AND s.chain_state = 'CREATED'
      AND s.held_by IS NULL, false)
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'order %: writing % refused (unproved: the ledger folds it to %)',
      v_breach.id, v_breach.state, coalesce(v_breach.folded_state, 'nothing')
      USING ERRCODE = 'MO001';
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION metaops.guard_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM metaops.refuse('(all)', 'truncate', 'has-escrow', 'rows leave one by one, by their rules',
    'Delete the rows that may go.');
  RETURN NULL;
END
$$;

-- Keys with events that wait for an order row, or wait for one again.
CREATE OR REPLACE FUNCTION metaops.fold_later(p_keys text[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO metaops.unmatched (escrow_key, chain_id, block_number)
  SELECT e.escrow_key, e.chain_id, min(e.block_number) FROM metaops.event e
  WHERE e.escrow_key IN (SELECT decode(substr(k, 3), 'hex') FROM unnest(p_keys) k)
  GROUP BY e.escrow_key, e.chain_id
$$;

CREATE OR REPLACE FUNCTION metaops.enroll_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO metaops.order_status (order_id, escrow_key)
  VALUES (NEW.id, decode(substr(NEW.escrow_key, 3), 'hex'));
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION metaops.withdraw_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM metaops.order_status WHERE order_id = OLD.id;
  PERFORM metaops.fold_later(ARRAY[OLD.escrow_key]);
  RETURN NULL;
END
$$;

-- Terms that changed, where the guard lets them: what the chain says of it is to be folded anew.
CREATE OR REPLACE FUNCTION metaops.reenroll_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM metaops.order_status WHERE order_id = OLD.id;
  INSERT INTO metaops.order_status (order_id, escrow_key)
  VALUES (NEW.id, decode(substr(NEW.escrow_key, 3), 'hex'));
  PERFORM metaops.fold_later(ARRAY[OLD.escrow_key, NEW.escrow_key]);
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION metaops.withdraw_all() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM metaops.fold_later(ARRAY(
    SELECT '0x' || encode(s.escrow_key, 'hex') FROM metaops.order_status s));
  INSERT INTO metaops.order_edit (order_id) SELECT s.order_id FROM metaops.order_status s;
  DELETE FROM metaops.order_status;
  RETURN NULL;
END
$$;

-- Rows changed by anyone else: both images, and who.
CREATE OR REPLACE FUNCTION metaops.record_edit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
    RETURN NULL;
  END IF;
  PERFORM metaops.append_record('edit', OLD.id, session_user::text, jsonb_build_object(
    'operation', TG_OP,
    'before', to_jsonb(OLD),
    'after', CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(NEW) END,
    'connection', metaops.whoever()));
  RETURN NULL;
END
$$;

-- Changes of state by anyone else, for whoever follows an order; ours are in order_change.
CREATE OR REPLACE FUNCTION metaops.note_edit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO metaops.order_edit (order_id, from_state) VALUES (OLD.id, OLD.state);
  ELSIF NEW.id IS DISTINCT FROM OLD.id THEN
    INSERT INTO metaops.order_edit (order_id, from_state) VALUES (OLD.id, OLD.state);
    INSERT INTO metaops.order_edit (order_id, to_state) VALUES (NEW.id, NEW.state);
  ELSE
    INSERT INTO metaops.order_edit (order_id, from_state, to_state, at)
    VALUES (NEW.id, OLD.state, NEW.state, NEW.state_since);
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER metaops_guard BEFORE INSERT OR UPDATE OR DELETE ON public.orders
  FOR EACH ROW WHEN (current_user <> 'metaops_owner') EXECUTE FUNCTION metaops.guard_order();
CREATE OR REPLACE TRIGGER metaops_guard_own AFTER UPDATE ON public.orders
  REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT WHEN (current_user = 'metaops_owner') EXECUTE FUNCTION metaops.guard_own_writes();
CREATE OR REPLACE TRIGGER metaops_guard_truncate BEFORE TRUNCATE ON public.orders
  FOR EACH STATEMENT EXECUTE FUNCTION metaops.guard_truncate();
CREATE OR REPLACE TRIGGER metaops_enroll AFTER INSERT ON public.orders
  FOR EACH ROW EXECUTE FUNCTION metaops.enroll_order();
CREATE OR REPLACE TRIGGER metaops_withdraw AFTER DELETE ON public.orders
  FOR EACH ROW EXECUTE FUNCTION metaops.withdraw_order();
CREATE OR REPLACE TRIGGER metaops_reenroll AFTER UPDATE ON public.orders
  FOR EACH ROW WHEN (
    (OLD.id, OLD.buyer, OLD.seller, OLD.token, OLD.amount, OLD.escrow_contract, OLD.escrow_key)
    IS DISTINCT FROM
    (NEW.id, NEW.buyer, NEW.seller, NEW.token, NEW.amount, NEW.escrow_contract, NEW.escrow_key))
  EXECUTE FUNCTION metaops.reenroll_order();
CREATE OR REPLACE TRIGGER metaops_withdraw_all AFTER TRUNCATE ON public.orders
  FOR EACH STATEMENT EXECUTE FUNCTION metaops.withdraw_all();
CREATE OR REPLACE TRIGGER metaops_record AFTER UPDATE OR DELETE ON public.orders
  FOR EACH ROW WHEN (current_user <> 'metaops_owner') EXECUTE FUNCTION metaops.record_edit();
CREATE OR REPLACE TRIGGER metaops_moved AFTER UPDATE ON public.orders
  FOR EACH ROW WHEN (current_user <> 'metaops_owner'
    AND (OLD.id, OLD.state) IS DISTINCT FROM (NEW.id, NEW.state)) EXECUTE FUNCTION metaops.note_edit();
CREATE OR REPLACE TRIGGER metaops_gone AFTER DELETE ON public.orders
  FOR EACH ROW EXECUTE FUNCTION metaops.note_edit();

ALTER TABLE public.orders ENABLE ALWAYS TRIGGER metaops_guard;
ALTER TABLE public.orders ENABLE ALWAYS TRIGGER metaops_guard_own;
ALTER TABLE public.orders ENABLE ALWAYS TRIGGER metaops_guard_truncate;
ALTER TABLE public.orders ENABLE ALWAYS TRIGGER metaops_enroll;
ALTER TABLE public.orders ENABLE ALWAYS TRIGGER metaops_withdraw;
ALTER TABLE public.orders ENABLE ALWAYS TRIGGER metaops_reenroll;
ALTER TABLE public.orders ENABLE ALWAYS TRIGGER metaops_withdraw_all;
ALTER TABLE public.orders ENABLE ALWAYS TRIGGER metaops_record;
ALTER TABLE public.orders ENABLE ALWAYS TRIGGER metaops_moved;
ALTER TABLE public.orders ENABLE ALWAYS TRIGGER metaops_gone;

-- What the guard does is itself a change people make.
CREATE OR REPLACE FUNCTION metaops.record_setting() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.value IS DISTINCT FROM OLD.value THEN
    PERFORM metaops.append_record('setting', NULL, session_user::text, jsonb_build_object(
      'name', NEW.name, 'before', OLD.value, 'after', NEW.value, 'connection', metaops.whoever()));
  END IF;
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER recorded AFTER UPDATE ON metaops.setting
  FOR EACH ROW EXECUTE FUNCTION metaops.record_setting();
ALTER TABLE metaops.setting ENABLE ALWAYS TRIGGER recorded;

-- Orders that were there before the schema was.
INSERT INTO metaops.order_status (order_id, escrow_key)
SELECT o.id, decode(substr(o.escrow_key, 3), 'hex') FROM public.orders o
WHERE NOT EXISTS (SELECT FROM metaops.order_status s WHERE s.order_id = o.id)
ON CONFLICT DO NOTHING;
