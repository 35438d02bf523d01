-- The orders database: the reference orders table and, beside it, schema metaops.
-- Tables are reached only through the functions of metaops_api; DESIGN: two doors, one set of functions.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'metaops_owner') THEN
    CREATE ROLE metaops_owner NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'metaops_service') THEN
    CREATE ROLE metaops_service NOLOGIN;
  END IF;
  IF NOT pg_catalog.pg_has_role(current_user, 'metaops_owner', 'USAGE') THEN
    EXECUTE pg_catalog.format('GRANT metaops_owner TO %I', current_user);
  END IF;
END
$$;

CREATE SCHEMA IF NOT EXISTS metaops;
CREATE SCHEMA metaops_api;

-- The reference table. A venue with its own is joined by configuration instead.
-- Hex in lower case, as the chain's is compared with it. A domain is checked where a value is put in, a
-- CHECK of the table at each UPDATE of a row: five of these took a quarter of a row's step. They stand
-- beside the table, for whoever may use it. Lengths outside the patterns, as {40} costs ten times *.
DO $$
BEGIN
  IF to_regtype('public.evm_address') IS NULL THEN
    CREATE DOMAIN public.evm_address AS text CHECK (length(VALUE) = 42 AND VALUE ~ '^0x[0-9a-f]*$');
  END IF;
  IF to_regtype('public.evm_word') IS NULL THEN
    CREATE DOMAIN public.evm_word AS text CHECK (length(VALUE) = 66 AND VALUE ~ '^0x[0-9a-f]*$');
  END IF;
END
$$;
CREATE TABLE IF NOT EXISTS public.orders (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 200),
  state text NOT NULL DEFAULT 'CREATED',
  buyer public.evm_address NOT NULL,
  seller public.evm_address NOT NULL,
  token public.evm_address NOT NULL DEFAULT '0x0000000000000000000000000000000000000000',
  amount numeric(78, 0) NOT NULL CHECK (amount > 0),
  escrow_contract public.evm_address NOT NULL,
  escrow_key public.evm_word NOT NULL,
  fund_by timestamptz NOT NULL DEFAULT now() + interval '24 hours',
  block_number bigint,
  transaction_hash text,
  notes text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  state_since timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN public.orders.escrow_key IS
  'keccak256(abi.encode(id, buyer, seller, token, amount)): the orderId of the escrow''s events; metaops.order_status holds it unique';
COMMENT ON COLUMN public.orders.fund_by IS 'End of the funding window';

-- What a sweep reads: the open orders only, so its cost follows them and not the table.
CREATE INDEX orders_open ON public.orders (state_since, id)
  WHERE state NOT IN ('SETTLED', 'REFUNDED', 'CANCELLED');
-- Ordered as the totals group: no row is hashed or fetched for them.
CREATE INDEX orders_open_totals ON public.orders (state, token, state_since)
  INCLUDE (amount, fund_by) WHERE state NOT IN ('SETTLED', 'REFUNDED', 'CANCELLED');
CREATE INDEX orders_ended ON public.orders (state_since)
  INCLUDE (state, token, amount) WHERE state IN ('SETTLED', 'REFUNDED', 'CANCELLED');
CREATE INDEX orders_created ON public.orders (created_at);
-- None for escrow_key: every step of a row writes all of its indexes, and order_status has one.

-- The steps of SPEC 3, the same as dev.metaops.order.Transition (TransitionTableTest).
CREATE TABLE metaops.order_step (
  from_state text NOT NULL,
  to_state text NOT NULL,
  granted_to text NOT NULL CHECK (granted_to IN ('chain', 'anyone')),
  PRIMARY KEY (from_state, to_state)
);
INSERT INTO metaops.order_step VALUES
  ('CREATED', 'PENDING', 'chain'), ('CREATED', 'CANCELLED', 'anyone'),
  ('PENDING', 'DEPOSITED', 'chain'), ('PENDING', 'SETTLED', 'chain'),
  ('PENDING', 'REFUNDED', 'chain'), ('PENDING', 'CANCELLED', 'chain'),
  ('PENDING', 'DISPUTED', 'chain'),
  ('DEPOSITED', 'CONFIRMED', 'chain'), ('DEPOSITED', 'REFUNDED', 'chain'),
  ('CONFIRMED', 'TRADED', 'chain'), ('CONFIRMED', 'SETTLED', 'chain'),
  ('TRADED', 'SETTLED', 'chain'),
  ('DISPUTED', 'SETTLED', 'chain'), ('DISPUTED', 'REFUNDED', 'chain');

CREATE TABLE metaops.setting (
  name text PRIMARY KEY,
  value text NOT NULL,
  CHECK (name <> 'guard' OR value IN ('enforce', 'record', 'absent'))
);
INSERT INTO metaops.setting VALUES ('guard', 'enforce');

-- One row a chain: cursor, finality and the lease that fences its writers. The epoch only grows.
CREATE TABLE metaops.stream (
  chain_id bigint PRIMARY KEY,
  start_number bigint NOT NULL,
  cursor_number bigint NOT NULL,
  cursor_hash bytea NOT NULL,
  cursor_time timestamptz NOT NULL,
  settle_on text NOT NULL,
  settled_number bigint NOT NULL DEFAULT -1,
  settled_hash bytea,
  settled_moved_at timestamptz,
  head_number bigint,
  head_time timestamptz,
  safe_number bigint,
  finalized_number bigint,
  seen_at timestamptz,
  applied_at timestamptz,
  trouble text,
  trouble_since timestamptz,
  lease_holder text,
  lease_epoch bigint NOT NULL DEFAULT 0,
  lease_expires_at timestamptz
);

-- Words of few values, and hashes. A domain is checked where a value is put in; a CHECK of the table is
-- read and made ready anew by every statement that writes a row, which costs more than the row.
CREATE DOMAIN metaops.hash AS bytea CHECK (length(VALUE) = 32);
CREATE DOMAIN metaops.completeness AS text CHECK (VALUE IN ('receipts', 'bloom', 'agreed', 'none'));
CREATE DOMAIN metaops.finality AS text CHECK (VALUE IN ('none', 'included', 'final'));
CREATE DOMAIN metaops.event_kind AS text
  CHECK (VALUE IN ('CREATED', 'DEPOSITED', 'CONFIRMED', 'TRADED', 'PART_RELEASED', 'RELEASED', 'REFUNDED',
    'CANCELLED', 'DISPUTED'));
CREATE DOMAIN metaops.event_source AS text CHECK (VALUE IN ('listener', 'plan', 'resync'));
CREATE DOMAIN metaops.change_cause AS text CHECK (VALUE IN ('listener', 'plan', 'rewind'));

CREATE TABLE metaops.block (
  chain_id bigint NOT NULL,
  number bigint NOT NULL,
  hash metaops.hash NOT NULL,
  parent_hash metaops.hash NOT NULL,
  time timestamptz NOT NULL,
  canonical boolean NOT NULL DEFAULT true,
  final boolean NOT NULL DEFAULT false,
  has_events boolean NOT NULL DEFAULT false,
  completeness metaops.completeness NOT NULL DEFAULT 'none',
  seen_at timestamptz NOT NULL DEFAULT now(),
  orphaned_at timestamptz,
  PRIMARY KEY (chain_id, number, hash)
);
COMMENT ON COLUMN metaops.block.completeness IS
  'How it is known that the ledger has every event of it: all receipts hashed to the root of a verified header (receipts), its bloom holds none of ours (bloom), independent nodes said the same (agreed), one node said so (none)';
CREATE UNIQUE INDEX block_one_canonical ON metaops.block (chain_id, number) WHERE canonical;
CREATE INDEX block_prunable ON metaops.block (chain_id, number) WHERE NOT has_events;

-- Append-only: a reorg marks rows orphaned and never deletes one.
CREATE TABLE metaops.event (
  chain_id bigint NOT NULL,
  block_number bigint NOT NULL,
  block_hash bytea NOT NULL,
  log_index integer NOT NULL,
  transaction_hash bytea NOT NULL,
  contract bytea NOT NULL,
  kind metaops.event_kind NOT NULL,
  escrow_key bytea NOT NULL,
  order_ref text,
  buyer bytea,
  seller bytea,
  token bytea,
  party bytea,
  amount numeric(78, 0),
  deadline timestamptz,
  source metaops.event_source NOT NULL,
  canonical boolean NOT NULL DEFAULT true,
  final boolean NOT NULL DEFAULT false,
  seen_at timestamptz NOT NULL DEFAULT now(),
  orphaned_at timestamptz,
  PRIMARY KEY (chain_id, block_number, block_hash, log_index)
) PARTITION BY RANGE (block_number);
CREATE INDEX event_by_key ON metaops.event (escrow_key);
CREATE INDEX event_not_final ON metaops.event (chain_id, block_number) WHERE canonical AND NOT final;
COMMENT ON COLUMN metaops.event.party IS
  'Who was paid (RELEASED, PART_RELEASED, REFUNDED, CANCELLED) or who acted (the others)';

-- The receipt of each transaction that has events in the ledger, provable under its block's header
-- without a node: dev.metaops.proof.InclusionProof. Written with its events; append-only.
CREATE TABLE metaops.proof (
  chain_id bigint NOT NULL,
  block_number bigint NOT NULL,
  block_hash bytea NOT NULL,
  transaction_hash bytea NOT NULL,
  first_log integer NOT NULL CHECK (first_log >= 0),
  proof bytea NOT NULL,
  PRIMARY KEY (chain_id, block_hash, transaction_hash)
);
COMMENT ON COLUMN metaops.proof.first_log IS
  'Index within the block of the receipt''s first log';

CREATE TABLE metaops.quarantine (
  chain_id bigint NOT NULL,
  block_number bigint NOT NULL,
  block_hash bytea NOT NULL,
  log_index integer NOT NULL,
  transaction_hash bytea NOT NULL,
  contract bytea NOT NULL,
  escrow_key bytea,
  why text NOT NULL,
  canonical boolean NOT NULL DEFAULT true,
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (chain_id, block_number, block_hash, log_index)
);
CREATE INDEX quarantine_by_key ON metaops.quarantine (escrow_key) WHERE canonical;

-- What stood among the events, or in quarantine, and is not in the proved receipts of its block, or
-- not so: the row as it was. Append-only.
CREATE TABLE metaops.refuted_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  chain_id bigint NOT NULL,
  block_number bigint NOT NULL,
  block_hash bytea NOT NULL,
  log_index integer NOT NULL,
  stood text NOT NULL CHECK (stood IN ('event', 'quarantine')),
  why text NOT NULL CHECK (why IN ('absent', 'differs')),
  said jsonb NOT NULL
);
CREATE INDEX refuted_event_place ON metaops.refuted_event (chain_id, block_hash, log_index);
COMMENT ON COLUMN metaops.refuted_event.why IS
  'absent: the block has no such log; differs: it has another in that place, and that one counts';

-- Contracts of one order each whose events are in the ledger from their first block on.
CREATE TABLE metaops.followed (
  chain_id bigint NOT NULL,
  contract bytea NOT NULL CHECK (length(contract) = 20),
  since timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (chain_id, contract)
);

-- Completeness of what is settled, block range by block range: each names the hash its predecessor
-- ended on. What no certificate of receipts, bloom or agreed covers is a gap.
CREATE TABLE metaops.certificate (
  chain_id bigint NOT NULL,
  from_block bigint NOT NULL,
  to_block bigint NOT NULL CHECK (to_block >= from_block),
  previous_hash bytea NOT NULL,
  end_hash bytea NOT NULL,
  anchor integer NOT NULL CHECK (anchor >= 0),
  completeness metaops.completeness NOT NULL,
  scope text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (chain_id, from_block)
);
COMMENT ON COLUMN metaops.certificate.anchor IS
  'How many independent nodes gave a final block that stands on this range';
COMMENT ON COLUMN metaops.certificate.scope IS
  'Which contracts and events it speaks of: dev.metaops.ledger.Scope';
CREATE INDEX certificate_gap ON metaops.certificate (chain_id, from_block)
  WHERE completeness IN ('agreed', 'none');

-- What looks wrong, once for each subject; cleared when it no longer does.
CREATE TABLE metaops.finding (
  fingerprint text PRIMARY KEY,
  code text NOT NULL,
  subject text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('P1', 'P2', 'P3')),
  sentence text NOT NULL,
  evidence jsonb NOT NULL DEFAULT '{}',
  first_seen timestamptz NOT NULL DEFAULT now(),
  last_seen timestamptz NOT NULL DEFAULT now(),
  times bigint NOT NULL DEFAULT 1,
  cleared_at timestamptz
);
CREATE INDEX finding_open ON metaops.finding (first_seen) WHERE cleared_at IS NULL;

-- What a node said that was not so, as it said it.
CREATE TABLE metaops.provider_lie (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  provider text NOT NULL,
  kind text NOT NULL,
  request text NOT NULL,
  answer text NOT NULL,
  expected text NOT NULL
);

-- What the ledger makes of each order.
CREATE TABLE metaops.order_status (
  order_id text PRIMARY KEY,
  escrow_key bytea NOT NULL UNIQUE,
  version bigint NOT NULL DEFAULT 0,
  folded_state text NOT NULL DEFAULT 'CREATED',
  chain_state text NOT NULL DEFAULT 'CREATED',
  finality metaops.finality NOT NULL DEFAULT 'none',
  chain_id bigint,
  event_block bigint,
  event_block_hash bytea,
  event_log_index integer,
  event_transaction bytea,
  row_waits boolean NOT NULL DEFAULT false,
  put_back boolean NOT NULL DEFAULT false,
  held_by text,
  is_conflict boolean NOT NULL
    GENERATED ALWAYS AS (folded_state = 'CONFLICT' OR chain_state = 'CONFLICT') STORED,
  changed_at timestamptz NOT NULL DEFAULT now()
-- A status changes with each event: where its page has room, no index is written.
) WITH (fillfactor = 60);
COMMENT ON COLUMN metaops.order_status.folded_state IS
  'What the row may be: included events, but none that ends the escrow before it is final';
COMMENT ON COLUMN metaops.order_status.chain_state IS 'What all included events say';
COMMENT ON COLUMN metaops.order_status.row_waits IS
  'The row is behind folded_state: it was locked by another session, or writing is frozen';
COMMENT ON COLUMN metaops.order_status.put_back IS
  'The row ended on an event that was refuted; it may be put back from that end once, to where the order is not over';
COMMENT ON COLUMN metaops.order_status.held_by IS
  'A log of its escrow that cannot be read; the listener moves the row no more';
CREATE INDEX order_status_row_waits ON metaops.order_status (order_id) WHERE row_waits;
CREATE INDEX order_status_conflict ON metaops.order_status (order_id) WHERE is_conflict;

-- What folding makes of one event of an order, in the order of the chain; one without an event for an
-- order that has none. Each holds what all events up to it add up to, so the last holds what counts.
CREATE TYPE metaops.folded AS (
  order_id text,
  was text,
  row_waits boolean,
  put_back boolean,
  chain_id bigint,
  block_number bigint,
  block_hash bytea,
  log_index integer,
  transaction_hash bytea,
  counts boolean,
  place bigint,
  folded_state text,
  chain_state text,
  finality text,
  is_last boolean,
  held_by text
);

-- Escrow keys to fold once an order row has them: none has yet, or its terms changed, or its status
-- was locked. No unique key, on purpose: an order's uncommitted insert must not block the listener.
CREATE TABLE metaops.unmatched (
  escrow_key bytea NOT NULL,
  chain_id bigint NOT NULL,
  block_number bigint NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX unmatched_by_key ON metaops.unmatched (escrow_key);

-- Every change of state metaops made. For the listener's writes this is the record.
CREATE TABLE metaops.order_change (
  id bigint GENERATED ALWAYS AS IDENTITY,
  order_id text NOT NULL,
  from_state text NOT NULL,
  to_state text NOT NULL,
  cause metaops.change_cause NOT NULL,
  cause_ref text NOT NULL,
  chain_id bigint,
  event_block bigint,
  event_block_hash bytea,
  event_log_index integer,
  at timestamptz NOT NULL DEFAULT now(),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  -- Changes are looked for by their order; an index of numbers alone would cost the listener 3 %.
  PRIMARY KEY (order_id, id)
);
CREATE INDEX order_change_at ON metaops.order_change USING brin (at);
-- Who tells clients of changes asks for what committed since its last look.
CREATE INDEX order_change_xid ON metaops.order_change (xid);

-- Every change of state that anybody else made, and rows that are gone. One sequence with the above:
-- whoever takes a number for an order holds its row to the end of the transaction, so that the numbers
-- of one order are in the order of its commits.
CREATE TABLE metaops.order_edit (
  id bigint NOT NULL DEFAULT nextval('metaops.order_change_id_seq'),
  order_id text NOT NULL,
  from_state text,
  to_state text,
  at timestamptz NOT NULL DEFAULT now(),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (order_id, id)
);
COMMENT ON COLUMN metaops.order_edit.to_state IS 'NULL: the row is gone';
CREATE INDEX order_edit_xid ON metaops.order_edit (xid);

-- Records of what was done: db/log.

-- Plans that moved at least one order, each text once.
CREATE TABLE metaops.applied_plan (
  digest bytea PRIMARY KEY,
  plan_id text NOT NULL,
  plan text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);

-- The orders they moved. One function writes both and audit verify compares them: a foreign key would only
-- ask again, for each fix.
CREATE TABLE metaops.applied_order (
  digest bytea NOT NULL,
  order_id text NOT NULL,
  PRIMARY KEY (digest, order_id)
);
CREATE INDEX applied_order_order ON metaops.applied_order (order_id);

-- One of the orders of a plan, as its text has it.
CREATE TYPE metaops.target AS (
  "order" text,
  "from" text,
  "to" text,
  row_version text,
  settled bigint,
  blocks jsonb,
  events jsonb
);

-- Orders that a plan was left without, because the chain no longer says what it rests on.
CREATE TABLE metaops.voided_order (
  digest bytea NOT NULL,
  order_id text NOT NULL,
  why text NOT NULL,
  voided_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (digest, order_id)
);

CREATE TABLE metaops.freeze (
  id text PRIMARY KEY,
  reason text NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL,
  lifted_by text,
  lifted_at timestamptz
);
CREATE INDEX freeze_active ON metaops.freeze (at) WHERE lifted_at IS NULL;
