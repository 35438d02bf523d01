-- The log of what was done in one database: in an orders database in schema metaops, in our own store
-- in metaops_ops. One text for both; {log} is that schema and {api} the one whose functions are called.

CREATE SCHEMA IF NOT EXISTS ${log};

-- A domain is checked where a value is put in; a CHECK of the table is made ready anew by every statement.
CREATE DOMAIN ${log}.record_kind AS text
  CHECK (VALUE IN ('edit', 'plan', 'refusal', 'freeze', 'unfreeze', 'would-refuse', 'setting', 'rewind',
    'refuted', 'restored', 'journal', 'claim', 'step', 'word', 'outcome'));

-- Records: the exact bytes, written in the transaction of the change they describe.
CREATE TABLE ${log}.record (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  kind ${log}.record_kind NOT NULL,
  order_id text,
  actor text NOT NULL,
  entry text NOT NULL,
  leaf bytea NOT NULL,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id()
)
-- A record of one order is some 2,500 bytes: not worth the time of packing it.
WITH (toast_tuple_target = 4080);
CREATE INDEX record_at ON ${log}.record (at);
CREATE INDEX record_order ON ${log}.record (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX record_claim ON ${log}.record (id) WHERE kind = 'claim';
CREATE INDEX record_rewind ON ${log}.record (id) WHERE kind = 'rewind';
-- What the sealer has not linked yet. Writers only insert here, so they share no lock.
CREATE TABLE ${log}.unsealed (
  record_id bigint PRIMARY KEY
);
CREATE TABLE ${log}.seal (
  seq bigint PRIMARY KEY,
  record_id bigint NOT NULL UNIQUE,
  chain bytea NOT NULL,
  sealed_at timestamptz NOT NULL DEFAULT now()
);
-- Locked by sealers only.
CREATE TABLE ${log}.seal_head (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  seq bigint NOT NULL,
  chain bytea NOT NULL
);
INSERT INTO ${log}.seal_head (seq, chain) VALUES (0, sha256('metaops-audit-v1'::bytea));
