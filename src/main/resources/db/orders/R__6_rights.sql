-- Runs at every migration, because a function added elsewhere needs its owner too: ${flyway:timestamp}
-- Who may do what. metaops_owner owns the functions and what they touch; metaops_service may call
-- them and read; nobody else gets anything.

GRANT USAGE, CREATE ON SCHEMA metaops TO metaops_owner;
GRANT USAGE, CREATE ON SCHEMA metaops_api TO metaops_owner;
GRANT USAGE ON SCHEMA metaops, metaops_api TO metaops_service;
GRANT SELECT, UPDATE (state, block_number, transaction_hash, updated_at, state_since)
  ON public.orders TO metaops_owner;
GRANT SELECT ON public.orders TO metaops_service;

DO $$
DECLARE
  v_object record;
BEGIN
  FOR v_object IN
    SELECT p.oid::regprocedure AS name, p.prokind
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname IN ('metaops', 'metaops_api')
  LOOP
    EXECUTE pg_catalog.format('ALTER ROUTINE %s OWNER TO metaops_owner', v_object.name);
    EXECUTE pg_catalog.format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', v_object.name);
  END LOOP;
  FOR v_object IN
    SELECT c.oid::regclass AS name FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'metaops' AND c.relkind IN ('r', 'p', 'v') AND c.relname <> 'schema_history'
  LOOP
    EXECUTE pg_catalog.format('ALTER TABLE %s OWNER TO metaops_owner', v_object.name);
    EXECUTE pg_catalog.format('GRANT SELECT ON %s TO metaops_service', v_object.name);
  END LOOP;
END
$$;

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA metaops_api TO metaops_service;
GRANT EXECUTE ON FUNCTION metaops.is_frozen() TO metaops_service;
