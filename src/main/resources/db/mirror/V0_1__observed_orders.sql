-- Our own store, when a venue's table is only observed: its rows, copied so that the chain's events
-- can be folded for them. This is never their database: where a table public.orders is already, that
-- is theirs, and this fails before anything is installed.

CREATE TABLE public.orders (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 200),
  state text NOT NULL,
  buyer text,
  seller text,
  token text,
  amount numeric(78, 0),
  escrow_contract text,
  escrow_key text NOT NULL UNIQUE CHECK (length(escrow_key) = 66 AND escrow_key ~ '^0x[0-9a-f]*$'),
  fund_by timestamptz NOT NULL,
  block_number bigint,
  transaction_hash text,
  notes text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  state_since timestamptz NOT NULL
);
COMMENT ON TABLE public.orders IS
  'A copy of what metaops observes; nobody reads an order from here';
