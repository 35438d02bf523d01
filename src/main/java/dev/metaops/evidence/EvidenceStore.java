package dev.metaops.evidence;

import dev.metaops.evidence.Dossier.Change;
import dev.metaops.evidence.Dossier.Sealed;
import dev.metaops.store.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What an orders database remembers of orders and plans. Reads only; not thread-safe. */
public final class EvidenceStore {
  /** Records, plans or moves of one bundle. */
  public static final int MOST = 2_000;

  private static final String SEALED =
      """
      SELECT s.seq, r.entry FROM metaops.record r JOIN metaops.seal s ON s.record_id = r.id
      """;
  private static final String IN_ORDER = " ORDER BY s.seq LIMIT " + (MOST + 1);

  private final Connection connection;

  public EvidenceStore(Connection connection) {
    this.connection = connection;
  }

  /**
   * A plan as it was applied.
   *
   * @param text exactly
   */
  public record Applied(String planId, String text) {}

  /** Every sealed record of an order; one more than {@link #MOST} where there are too many. */
  public List<Sealed> recordsOfOrder(String orderId) throws SQLException {
    return sealed("WHERE r.order_id = ?", orderId);
  }

  /** The records that tell of a plan. */
  public List<Sealed> recordsOfPlan(String digest) throws SQLException {
    return sealed(
        "WHERE r.kind = 'plan' AND position('\"digest\": \"' || ? || '\"' IN r.entry) > 0", digest);
  }

  /** The records that name an incident. */
  public List<Sealed> recordsOfIncident(String incident) throws SQLException {
    return sealed("WHERE position('\"incident\": \"' || ? || '\"' IN r.entry) > 0", incident);
  }

  private List<Sealed> sealed(String which, String parameter) throws SQLException {
    return Rows.list(
        connection,
        SEALED + which + IN_ORDER,
        row -> new Sealed(row.getLong("seq"), row.getString("entry")),
        parameter);
  }

  /** Whose record it is. */
  public static Optional<String> order(Sealed record) {
    return RecordText.read(record.entry()).map(RecordText::order).filter(order -> !order.isEmpty());
  }

  /** The plans that moved any of these orders, each once. */
  public List<Applied> appliedTo(Collection<String> orderIds) throws SQLException {
    return Rows.list(
        connection,
        "SELECT plan_id, plan FROM metaops.applied_plan WHERE digest IN (SELECT digest"
            + " FROM metaops.applied_order WHERE order_id = ANY (?)) ORDER BY digest LIMIT "
            + MOST,
        row -> new Applied(row.getString("plan_id"), row.getString("plan")),
        (Object) orderIds.toArray(String[]::new));
  }

  /** The plans of this name that took effect. */
  public List<Applied> appliedAs(String planId) throws SQLException {
    return Rows.list(
        connection,
        "SELECT plan_id, plan FROM metaops.applied_plan WHERE plan_id = ?"
            + " ORDER BY digest LIMIT "
            + MOST,
        row -> new Applied(row.getString("plan_id"), row.getString("plan")),
        planId);
  }

  /** Every move of these orders' rows by metaops, oldest first. */
  public List<Change> changes(Collection<String> orderIds) throws SQLException {
    return Rows.list(
        connection,
        "SELECT at, order_id, from_state, to_state, cause, cause_ref FROM metaops.order_change"
            + " WHERE order_id = ANY (?) ORDER BY id LIMIT "
            + MOST,
        row ->
            new Change(
                Rows.instant(row, "at"),
                row.getString("order_id"),
                row.getString("from_state"),
                row.getString("to_state"),
                row.getString("cause") + " " + row.getString("cause_ref")),
        (Object) orderIds.toArray(String[]::new));
  }
}
