package dev.metaops.audit;

import java.sql.SQLException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Holds what was decided in our own store, row by row, against the records of it: with triggers off
 * a row comes and goes without one. Texts of records are searched and not read, so that a damaged
 * one is no obstacle. Takes the caller's transaction.
 */
final class DecidedRowStore {
  /** A text between quotes never holds a quote that is not escaped. */
  private static final String SAID = "substring(encode(textsend(r.entry), 'escape') from ";

  private static final String WORDS =
      """
      SELECT r.id, w.what FROM (
        SELECT signature || ' ' || decision || ' ' || key AS word, textsend(person) AS person,
          plan_id || ': ' || person || ' signed ' || decision AS what
        FROM metaops_ops.approval
        UNION ALL
        SELECT signature || ' ' || decision || ' ' || key, textsend(person),
          person || ' signed that a restoration may end'
        FROM metaops_ops.restoration_word) w
      FULL JOIN (
        SELECT r.id, textsend(r.actor) AS person, concat_ws(' ', %1$s'"signature": "([^"]*)"'),
          %1$s'"decision": "([^"]*)"'), %1$s'"key": "([^"]*)"')) AS word
        FROM metaops_ops.record r WHERE r.kind = 'word') r ON r.word = w.word AND r.person = w.person
      WHERE w.word IS NULL OR r.id IS NULL ORDER BY r.id, w.what\
      """
          .formatted(SAID);

  private static final String STEPS =
      """
      SELECT r.id, s.what FROM (
        SELECT s.id::text || ' ' || s.event || ' ' || s.to_state || ' ' || encode(p.digest, 'hex') AS step,
          s.plan_id || ': ' || s.event || ' to ' || s.to_state AS what
        FROM metaops_ops.plan_step s JOIN metaops_ops.plan p ON p.id = s.plan_id) s
      FULL JOIN (
        SELECT r.id, concat_ws(' ', %1$s'"step": ([0-9]+)'), %1$s'"event": "([^"]*)"'),
          %1$s'"to": "([^"]*)"'), %1$s'"digest": "([^"]*)"')) AS step
        FROM metaops_ops.record r WHERE r.kind = 'step') r ON r.step = s.step
      WHERE s.step IS NULL OR r.id IS NULL ORDER BY r.id, s.what\
      """
          .formatted(SAID);

  private static final String STATES =
      """
      SELECT p.id || ': is ' || p.state || ', and its last step led to ' || coalesce(l.to_state, 'nowhere') AS what
      FROM metaops_ops.plan p LEFT JOIN LATERAL (
        SELECT s.to_state FROM metaops_ops.plan_step s WHERE s.plan_id = p.id
        ORDER BY s.id DESC LIMIT 1) l ON true
      WHERE l.to_state IS DISTINCT FROM p.state AND NOT EXISTS (
        SELECT FROM metaops_ops.record r WHERE r.kind = 'edit'
          AND %1$s'"plan": "([^"]*)"') = p.id
          AND %1$s'"after": [{]"state": "([^"]*)"') = p.state)
      ORDER BY p.id\
      """
          .formatted(SAID);

  /** Of one record many orders; one that is called by a quote or a byte that is no ASCII, too. */
  private static final String OUTCOMES =
      """
      SELECT r.id, o.what FROM (
        SELECT plan_id || ' ' || encode(textsend(to_json(order_id)::text), 'escape') || ' ' || outcome AS outcome,
          plan_id || ': ' || order_id || ' ' || outcome AS what
        FROM metaops_ops.plan_outcome) o
      FULL JOIN (
        SELECT r.id, %s'"plan": "([^"]*)"') || ' ' || array_to_string(m.said, ' ') AS outcome
        FROM metaops_ops.record r CROSS JOIN LATERAL regexp_matches(
          encode(textsend(r.entry), 'escape'),
          '"order": ("(?:[^"\\\\]|\\\\[0-7]{3}|\\\\{4}|\\\\{2}[^\\\\])*"), "outcome": "([A-Z]*)"', 'g') AS m(said)
        WHERE r.kind = 'outcome') r ON r.outcome = o.outcome
      WHERE o.outcome IS NULL OR r.id IS NULL ORDER BY r.id, o.what\
      """
          .formatted(SAID);

  private final ChainStore store;

  DecidedRowStore(ChainStore store) {
    this.store = store;
  }

  void read(AuditChain chain) throws SQLException {
    both(chain, WORDS, "a word");
    both(chain, STEPS, "a step of a plan");
    both(chain, OUTCOMES, "what came of an order");
    store.each(STATES, rows -> chain.row(OptionalLong.empty(), rows.getString("what")));
  }

  private void both(AuditChain chain, String sql, String thing) throws SQLException {
    store.each(
        sql,
        rows -> {
          @Nullable String what = rows.getString("what");
          chain.row(
              RecordStore.maybeLong(rows, "id"),
              what == null
                  ? "it tells of " + thing + " that is not in our own store as it says"
                  : "no record tells of " + thing + " in our own store: " + what);
        });
  }
}
