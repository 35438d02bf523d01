package dev.metaops.stories;

/** One check of the orders database taken out, to see whether the race notices. */
enum RaceWeakness {
  NONE("SELECT"),
  /** The guard does not hold what it judges by. */
  GUARD_HOLDS_NOTHING(in("metaops.guard_order()", "FOR SHARE", "")),
  /** Rows are moved by hand though the ledger has not folded what it knows of them. */
  GUARD_GOES_BY_WHAT_IS_OLD(
      in("metaops.guard_order()", "ELSIF v_is_unfolded THEN", "ELSIF false THEN")),
  /** What only the chain grants need not be proved. */
  GUARD_ASKS_FOR_NO_PROOF(
      in("metaops.guard_order()", "NEW\\.state IS DISTINCT FROM v_status\\.folded_state", "false")),
  /** An order with an escrow may be cancelled by hand. */
  GUARD_LETS_ESCROWS_BE_CANCELLED(
      in("metaops.guard_order()", "v_granted_to = ''anyone'' AND", "false AND")),
  /** Any step will do. */
  GUARD_ABSENT("UPDATE metaops.setting SET value = 'absent' WHERE name = 'guard'"),
  /** What people change is not written down. */
  EDITS_UNRECORDED("ALTER TABLE public.orders DISABLE TRIGGER metaops_record"),
  /** A fix writes a row that was written since it was judged. */
  FIX_IGNORES_THE_VERSION(
      in(
          "metaops_api.apply_plan(text, bytea, text[], jsonb)",
          "v_held ->> ''version'' = v_targets\\[1\\]\\.row_version",
          "true")),
  /** A fix rests on blocks that a reorg took back while it waited. */
  FIX_RESTS_ON_ANY_BLOCK(
      in("metaops.keep_final_blocks(bigint, jsonb[])", "WHERE NOT k\\.canonical", "WHERE false")),
  /** The listener moves rows that others hold. */
  LISTENER_TAKES_ROWS_UNSEEN(
      in("metaops.refold(bytea[], text, text)", "FOR UPDATE OF o SKIP LOCKED", "")),
  /** The listener leaves rows that others hold where they are, for good. */
  LISTENER_FORGETS_ROWS_THAT_WAIT(
      in("metaops.refold(bytea[], text, text)", "SET row_waits = true", "SET row_waits = false")),
  /** The listener forgets orders whose status others hold. */
  LISTENER_FORGETS_WHAT_IT_PASSED_OVER(
      in(
          "metaops.refold(bytea[], text, text)",
          "IF cardinality\\(v_keys\\) < cardinality\\(p_keys\\)",
          "IF false")),
  /** A reorg takes back what a fix proved final. */
  REORG_TAKES_BACK_WHAT_IS_FINAL(
      in(
          "metaops_api.apply_events(jsonb, bigint[], bytea[], integer[], bytea[], bytea[], text[],"
              + " bytea[], text[], bytea[], bytea[], bytea[], bytea[], numeric[], timestamptz[],"
              + " bigint[], bytea[], bytea[], integer[], bytea[])",
          "AND canonical AND NOT final",
          "AND canonical"));

  private final String sql;

  RaceWeakness(String sql) {
    this.sql = sql;
  }

  String sql() {
    return sql;
  }

  /** Replaces what the pattern finds in a function; an error when it finds nothing. */
  private static String in(String function, String pattern, String instead) {
    return """
    DO $weaken$
    DECLARE
      v_is text := pg_get_functiondef('%s'::regprocedure);
      v_weak text := regexp_replace(v_is, '%s', '%s', 'g');
    BEGIN
      IF v_weak = v_is THEN
        RAISE EXCEPTION 'nothing to weaken in %s';
      END IF;
      EXECUTE v_weak;
    END
    $weaken$
    """
        .formatted(function, pattern, instead, function);
  }
}
