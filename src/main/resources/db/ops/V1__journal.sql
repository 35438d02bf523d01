-- Our own store. What the fsynced local file holds while no database answers is merged in here.

CREATE TABLE metaops_ops.journal_entry (
  id text PRIMARY KEY,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  actor text NOT NULL,
  body jsonb NOT NULL,
  merged_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN metaops_ops.journal_entry.id IS 'Given by the journal, so that merging twice is once';
CREATE INDEX journal_entry_at ON metaops_ops.journal_entry (at);
