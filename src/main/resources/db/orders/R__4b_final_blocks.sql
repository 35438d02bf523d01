-- Blocks that whoever calls has proved final, with events in them. Raises MO010 when the ledger has
-- another block in the place of one, or one of them no longer: also when it took them back just now,
-- in a transaction that had to be waited for. Ascending, as the listener writes them, so that two that
-- write the same blocks do not wait for each other both ways. A block that was known is written all the
-- same: whoever would take it back waits for it.
--   p_blocks: of each target [{number, hash, parent, time}]; the same one may stand there more than once
CREATE OR REPLACE FUNCTION metaops.keep_final_blocks(p_chain_id bigint, p_blocks jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_written bigint;
BEGIN
  INSERT INTO metaops.block AS t (chain_id, number, hash, parent_hash, time, final, has_events)
  SELECT DISTINCT ON (b.number, b.hash) p_chain_id, b.number, decode(b.hash, 'hex'),
    decode(b.parent, 'hex'), b.time, true, true
  FROM unnest(p_blocks) AS g(blocks)
  CROSS JOIN LATERAL jsonb_to_recordset(g.blocks)
    AS b(number bigint, hash text, parent text, time timestamptz)
  ORDER BY b.number, b.hash
  ON CONFLICT (chain_id, number, hash) DO UPDATE SET final = true, has_events = true
    WHERE t.canonical;
  GET DIAGNOSTICS v_written = ROW_COUNT;
  -- What was written is canonical; where that is all of one target, there is nothing to look for.
  IF cardinality(p_blocks) = 1 AND v_written = jsonb_array_length(p_blocks[1]) THEN
    RETURN;
  END IF;
  IF EXISTS (
    SELECT FROM unnest(p_blocks) AS g(blocks)
    CROSS JOIN LATERAL jsonb_to_recordset(g.blocks) AS b(number bigint, hash text)
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
