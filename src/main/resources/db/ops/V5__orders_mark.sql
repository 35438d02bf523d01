-- What is remembered of orders databases, so that one that came back from a backup is found out.

CREATE TABLE metaops_ops.orders_mark (
  log text PRIMARY KEY,
  epoch bigint NOT NULL,
  settled bigint NOT NULL,
  seals bigint NOT NULL,
  chain text NOT NULL,
  at timestamptz NOT NULL
);
COMMENT ON TABLE metaops_ops.orders_mark IS 'As far as each orders database was seen to have come';

-- Bounded: the newest of each log. After a restoration two records may have had one number.
CREATE TABLE metaops_ops.orders_record (
  log text NOT NULL,
  seq bigint NOT NULL,
  leaf text NOT NULL,
  entry text NOT NULL,
  PRIMARY KEY (log, seq, leaf)
);
COMMENT ON TABLE metaops_ops.orders_record IS
  'Copies of sealed records, to know after a restoration what has to be done again';

CREATE TABLE metaops_ops.restoration_word (
  environment text NOT NULL,
  digest text NOT NULL,
  decision text NOT NULL CHECK (decision IN ('PROPOSE', 'APPROVE')),
  person text NOT NULL,
  key text NOT NULL,
  at timestamptz NOT NULL,
  signature text NOT NULL,
  PRIMARY KEY (digest, person, key, at)
);
COMMENT ON TABLE metaops_ops.restoration_word IS
  'What people signed to end the freeze of a database that went back; judged from its signature';

CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON metaops_ops.restoration_word
  FOR EACH ROW EXECUTE FUNCTION metaops_ops.refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON metaops_ops.restoration_word
  FOR EACH STATEMENT EXECUTE FUNCTION metaops_ops.refuse_change();
ALTER TABLE metaops_ops.restoration_word ENABLE ALWAYS TRIGGER only_added;
ALTER TABLE metaops_ops.restoration_word ENABLE ALWAYS TRIGGER never_emptied;
