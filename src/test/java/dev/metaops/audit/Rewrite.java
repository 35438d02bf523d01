package dev.metaops.audit;

/** What is done before everything is hashed anew, by whoever {@link Attacker} made of them. */
enum Rewrite {
  NOTHING("SELECT 1"),
  CHANGE(
      "UPDATE metaops.record SET actor = 'eve', entry = replace(entry, '\"kim\"', '\"eve\"')"
          + " WHERE id = :a"),
  BACKDATE(
      "UPDATE metaops.record SET at = at - interval '1 h', entry = jsonb_set(entry::jsonb,"
          + " '{at}', to_jsonb(to_char((at - interval '1 h') AT TIME ZONE 'UTC',"
          + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')))::text WHERE id = :a"),
  DELETE(
      "DELETE FROM metaops.seal WHERE seq = :a; DELETE FROM metaops.record WHERE id = :a;"
          + " UPDATE metaops.seal SET seq = seq - 1 WHERE seq > :a"),
  PUT_IN(
      "UPDATE metaops.seal SET seq = seq + 1 WHERE seq >= :a;"
          + " INSERT INTO metaops.record (id, at, kind, order_id, actor, entry, leaf)"
          + " OVERRIDING SYSTEM VALUE SELECT 99999, at, kind, order_id, actor, entry, leaf"
          + " FROM metaops.record WHERE id = :b;"
          + " INSERT INTO metaops.seal (seq, record_id, chain) VALUES (:a, 99999, '')"),
  SWAP(
      "UPDATE metaops.seal SET record_id = CASE record_id WHEN :a THEN :b ELSE :a END"
          + " WHERE record_id IN (:a, :b)"),
  CUT_OFF("DELETE FROM metaops.record WHERE id > :a; DELETE FROM metaops.seal WHERE seq > :a"),
  /** A second history beside the one that was checkpointed. */
  FORK(
      "DELETE FROM metaops.record WHERE id > :a; DELETE FROM metaops.seal WHERE seq > :a;"
          + " UPDATE metaops.seal_head SET seq = :a;"
          + " SELECT metaops.append_record('refusal', 'o-' || n, 'eve', '{}')"
          + " FROM generate_series(1, 60) n; SELECT metaops_api.seal_records()");

  private final String sql;

  Rewrite(String sql) {
    this.sql = sql;
  }

  /** To the record and seal {@code a}, with {@code b} behind it. */
  String[] sql(int a, int b) {
    return new String[] {
      sql.replace(":a", String.valueOf(a)).replace(":b", String.valueOf(b)),
      "SELECT public.rehash()"
    };
  }
}
