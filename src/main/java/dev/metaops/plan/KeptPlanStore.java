package dev.metaops.plan;

import dev.metaops.chain.Hash;
import dev.metaops.store.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Plans in our own store: their exact text, what people signed, and where each is in its life. Each
 * call is one statement, so that a crash leaves nothing half written. Through one connection in
 * auto-commit; not thread-safe.
 */
public final class KeptPlanStore {
  private static final int MOST_TRIES = 5;

  private static final String PLAN =
      "SELECT id, text, digest, environment, state FROM metaops_ops.plan ";

  private static final String STEP =
      """
      INSERT INTO metaops_ops.plan_step (plan_id, event, from_state, to_state, actor, why)
      SELECT id, ?, ?, ?, ?, ? FROM moved
      """;

  private final Connection connection;

  public KeptPlanStore(Connection connection) {
    this.connection = connection;
  }

  /** What came of looking a plan up. */
  public sealed interface Found {
    record One(KeptPlan kept) implements Found {}

    record None() implements Found {}

    /** Somebody wrote to the store itself: its text is not the text that was kept. */
    record Altered(String why) implements Found {}
  }

  /** What came of a step. */
  public sealed interface Moved {
    record To(PlanState state) implements Moved {}

    record Refused(String why) implements Moved {}
  }

  /** Whether this store knows plans: it was migrated by a {@code serve} that does. */
  public boolean isThere() throws SQLException {
    return Rows.one(
        connection,
        "SELECT to_regclass('metaops_ops.plan_outcome') IS NOT NULL",
        row -> row.getBoolean(1));
  }

  /** Which store this is; no two have the same. */
  public String identity() throws SQLException {
    return Rows.one(
        connection, "SELECT id::text FROM metaops_ops.identity", row -> row.getString(1));
  }

  public Instant now() throws SQLException {
    return Rows.one(connection, "SELECT clock_timestamp() AS now", row -> Rows.instant(row, "now"));
  }

  /** Keeps it; whether its name was free. The same plan again is kept once. */
  public boolean keep(FrozenPlan plan, String environment) throws SQLException {
    int kept =
        Rows.execute(
            connection,
            """
            WITH moved AS (
              INSERT INTO metaops_ops.plan (id, text, digest, environment, state, expires_at)
              VALUES (?, ?, ?, ?, 'PLANNED', ?) ON CONFLICT DO NOTHING RETURNING id)
            """
                + STEP,
            plan.id(),
            plan.text(),
            plan.digest().bytes(),
            environment,
            plan.expiresAt(),
            "PLAN",
            "",
            PlanState.PLANNED.name(),
            plan.actor(),
            plan.reason().orElse(""));
    return kept == 1 || isThere(plan);
  }

  private boolean isThere(FrozenPlan plan) throws SQLException {
    return find(plan.id()) instanceof Found.One(KeptPlan there)
        && there.plan().digest().equals(plan.digest());
  }

  public Found find(String id) throws SQLException {
    return Rows.first(connection, PLAN + "WHERE id = ?", KeptPlanStore::found, id)
        .orElseGet(Found.None::new);
  }

  /** The newest plans, newest first. */
  public List<Found> newest(int limit) throws SQLException {
    return Rows.list(
        connection, PLAN + "ORDER BY kept_at DESC, id LIMIT ?", KeptPlanStore::found, limit);
  }

  /** Of all there are. */
  public long count() throws SQLException {
    return Rows.one(connection, "SELECT count(*) FROM metaops_ops.plan", row -> row.getLong(1));
  }

  private static Found found(ResultSet row) throws SQLException {
    String id = row.getString("id");
    Optional<FrozenPlan> plan = FrozenPlan.read(row.getString("text"));
    if (plan.isEmpty() || !plan.get().id().equals(id)) {
      return new Found.Altered(id + ": its text in the store is not the text of this plan");
    }
    if (!plan.get().digest().equals(Hash.of(row.getBytes("digest")))) {
      return new Found.Altered(
          id + ": its text in the store is not what was kept (digest differs)");
    }
    return new Found.One(
        new KeptPlan(
            plan.get(), row.getString("environment"), PlanState.valueOf(row.getString("state"))));
  }

  /** What people signed about it, in the order it came. */
  public List<Approval> approvals(String id) throws SQLException {
    return Rows.list(
        connection,
        """
        SELECT environment, digest, decision, person, key, at, signature
        FROM metaops_ops.approval WHERE plan_id = ? ORDER BY kept_at, person, key
        """,
        row ->
            new Approval(
                row.getString("environment"),
                Hash.of(row.getBytes("digest")),
                Decision.valueOf(row.getString("decision")),
                row.getString("person"),
                row.getString("key"),
                Rows.instant(row, "at"),
                row.getString("signature")),
        id);
  }

  /** Keeps a signed word, no BREAK_GLASS; the same decision by the same key is kept once. */
  public void sign(String id, Approval word) throws SQLException {
    Rows.execute(
        connection,
        """
        INSERT INTO metaops_ops.approval
          (plan_id, environment, digest, decision, person, key, at, signature)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
        id,
        word.environment(),
        word.digest().bytes(),
        word.decision().name(),
        word.person(),
        word.key(),
        word.at(),
        word.signature());
  }

  /** How many words of one person alone were ever signed. */
  public long brokenCount() throws SQLException {
    return Rows.one(
        connection,
        "SELECT count(*) FROM metaops_ops.approval WHERE decision = 'BREAK_GLASS'",
        row -> row.getLong(1));
  }

  /**
   * Keeps a word of one person alone; whether nobody else signed one meanwhile.
   *
   * @param seen how many there were when this one was judged
   */
  public boolean signAlone(String id, Approval word, long seen) throws SQLException {
    return Rows.execute(
            connection,
            """
            INSERT INTO metaops_ops.approval
              (plan_id, environment, digest, decision, person, key, at, signature, glass)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            id,
            word.environment(),
            word.digest().bytes(),
            word.decision().name(),
            word.person(),
            word.key(),
            word.at(),
            word.signature(),
            seen + 1)
        == 1;
  }

  /** Keeps the word of whoever looked at it afterwards, and that they might. */
  public void review(String id, Approval word) throws SQLException {
    Rows.execute(
        connection,
        """
        WITH signed AS (
          INSERT INTO metaops_ops.approval
            (plan_id, environment, digest, decision, person, key, at, signature)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING plan_id, decision)
        INSERT INTO metaops_ops.plan_step (plan_id, event, from_state, to_state, actor, why)
        SELECT p.id, s.decision, p.state, p.state, ?, ''
        FROM signed s JOIN metaops_ops.plan p ON p.id = s.plan_id
        """,
        id,
        word.environment(),
        word.digest().bytes(),
        word.decision().name(),
        word.person(),
        word.key(),
        word.at(),
        word.signature(),
        word.person());
  }

  /** Takes a step of its life, whatever step somebody else takes at the same time. */
  public Moved move(String id, PlanEvent event, String actor, String why) throws SQLException {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      PlanState from = state(id);
      switch (PlanLife.next(from, event)) {
        case PlanLife.Step.Refused(String refused) -> {
          return new Moved.Refused(refused);
        }
        case PlanLife.Step.To(PlanState to) -> {
          if (to == from || step(id, event, from, to, actor, why)) {
            return new Moved.To(to);
          }
        }
      }
    }
    throw new SQLException(id + ": others write to this plan all the time");
  }

  private PlanState state(String id) throws SQLException {
    return Rows.one(
        connection,
        "SELECT state FROM metaops_ops.plan WHERE id = ?",
        row -> PlanState.valueOf(row.getString(1)),
        id);
  }

  private boolean step(
      String id, PlanEvent event, PlanState from, PlanState to, String actor, String why)
      throws SQLException {
    return Rows.execute(
            connection,
            """
            WITH moved AS (UPDATE metaops_ops.plan SET state = ? WHERE id = ? AND state = ?
              RETURNING id)
            """
                + STEP,
            to.name(),
            id,
            from.name(),
            event.name(),
            from.name(),
            to.name(),
            actor,
            why)
        == 1;
  }

  /**
   * Begins an attempt, or takes up one that was cut short: only while text, time and what people
   * signed are what was judged. The attempt; empty when something of it is another now.
   *
   * @param judged how many signed words were judged
   * @param footing on whose word, as it is written down
   */
  public Optional<Long> begin(KeptPlan kept, int judged, String actor, String footing)
      throws SQLException {
    if (PlanLife.next(kept.state(), PlanEvent.BEGIN) instanceof PlanLife.Step.Refused) {
      return Optional.empty();
    }
    return Rows.first(
        connection,
        """
        WITH moved AS (
          UPDATE metaops_ops.plan p SET state = 'APPLYING'
          WHERE p.id = ? AND p.state = ? AND p.text = ? AND p.environment = ?
            AND (p.state = 'APPLYING' OR clock_timestamp() <= p.expires_at)
            AND (SELECT count(*) FROM metaops_ops.approval a WHERE a.plan_id = p.id) = ?
          RETURNING p.id)
        """
            + STEP
            + " RETURNING plan_step.id",
        row -> row.getLong(1),
        kept.plan().id(),
        kept.state().name(),
        kept.plan().text(),
        kept.environment(),
        judged,
        PlanEvent.BEGIN.name(),
        kept.state().name(),
        PlanState.APPLYING.name(),
        actor,
        footing);
  }

  /** Plans that somebody wanted to apply alone, in an emergency. */
  public Set<String> brokenGlass() throws SQLException {
    return Set.copyOf(
        Rows.list(
            connection,
            "SELECT DISTINCT plan_id FROM metaops_ops.approval WHERE decision = 'BREAK_GLASS'",
            row -> row.getString(1)));
  }

  /** Writes down what came of each order, once; whoever comes second changes nothing. */
  public void settle(String id, List<Outcome> outcomes, String actor) throws SQLException {
    PlanEvent event = isAnyThere(outcomes) ? PlanEvent.LAND : PlanEvent.MISS;
    PlanState to = event == PlanEvent.LAND ? PlanState.APPLIED : PlanState.VOID;
    Rows.execute(
        connection,
        """
        WITH moved AS (UPDATE metaops_ops.plan SET state = ? WHERE id = ? AND state = 'APPLYING'
            RETURNING id),
          judged AS (
            INSERT INTO metaops_ops.plan_outcome (plan_id, order_id, outcome, why)
            SELECT m.id, o.order_id, o.outcome, o.why
            FROM moved m, unnest(?, ?, ?) AS o(order_id, outcome, why))
        """
            + STEP,
        to.name(),
        id,
        outcomes.stream().map(Outcome::orderId).toArray(String[]::new),
        outcomes.stream().map(outcome -> outcome.kind().name()).toArray(String[]::new),
        outcomes.stream().map(Outcome::why).toArray(String[]::new),
        event.name(),
        PlanState.APPLYING.name(),
        to.name(),
        actor,
        "");
  }

  private static boolean isAnyThere(List<Outcome> outcomes) {
    return outcomes.stream().anyMatch(Outcome::isThere);
  }

  /** What came of each order; empty until that is known. */
  public List<Outcome> outcomes(String id) throws SQLException {
    return Rows.list(
        connection,
        "SELECT order_id, outcome, why FROM metaops_ops.plan_outcome WHERE plan_id = ?"
            + " ORDER BY order_id",
        row ->
            new Outcome(
                row.getString("order_id"),
                Outcome.Kind.valueOf(row.getString("outcome")),
                row.getString("why")),
        id);
  }

  /** Its life until now, oldest first. */
  public List<KeptPlan.Turn> turns(String id) throws SQLException {
    return Rows.list(
        connection,
        "SELECT at, event, from_state, to_state, actor, why FROM metaops_ops.plan_step"
            + " WHERE plan_id = ? ORDER BY id",
        row ->
            new KeptPlan.Turn(
                Rows.instant(row, "at"),
                row.getString("event"),
                row.getString("from_state"),
                row.getString("to_state"),
                row.getString("actor"),
                row.getString("why")),
        id);
  }
}
