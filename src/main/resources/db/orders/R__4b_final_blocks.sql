-- Blocks that whoever calls has proved final, with events in them. Raises MO010 when the ledger has
-- another block in the place of one, or one of them no longer: also when it took them back just now,
-- in a transaction that had to be waited for. Ascending, as the listener writes them, so that two that
-- write the same blocks do not wait for each other both ways.
--   p_blocks: [{number, hash, parent, time}]; the same one may stand there more than once
CREATE OR REPLACE FUNCTION metaops.keep_final_blocks(p_chain_id bigint, p_blocks jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO metaops.block AS t (chain_id, number, hash, parent_hash, time, final, has_events)
  SELECT DISTINCT ON (b.number, b.hash) p_chain_id, b.number, decode(b.hash, 'hex'),
    decode(b.parent, 'hex'), b.time, true, true
  FROM jsonb_to_recordset(p_blocks) AS b(number bigint, hash text, parent text, time timestamptz)
  ORDER BY b.number, b.hash
  ON CONFLICT (chain_id, number, hash) DO UPDATE SET final = true, has_events = true
    WHERE t.canonical;
  IF EXISTS (
    SELECT FROM jsonb_to_recordset(p_blocks) AS b(number bigint, hash text)
    CROSS JOIN LATERAL (SELECT k.canonical FROM metaops.block k
      WHERE k.chain_id = p_chain_id AND k.number = b.number AND k.hash = decode(b.hash, 'hex')
      OFFSET 0) k
    WHERE NOT k.canonical)
  THEN
    RAISE EXCEPTION 'a block it rests on is not canonical any more' USING ERRCODE = 'MO010';
  END IF;
EXCEPTION WHEN unique_violation THEN
  RAISE EXCEPTION 'a block it rests on is not canonical any more' USING ERRCODE = 'MO010';
END
$$;
