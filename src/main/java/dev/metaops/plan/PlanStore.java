package dev.metaops.plan;

import dev.metaops.chain.Hash;
import dev.metaops.store.Rows;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Applies plans in the orders database, and records what was refused. Not thread-safe. */
public final class PlanStore {
  private static final JsonMapper JSON = new JsonMapper();

  /** Orders of a kept plan moved in one transaction: others wait for none of them for long. */
  private static final int AT_ONCE = 500;

  private final Connection connection;

  public PlanStore(Connection connection) {
    this.connection = connection;
  }

  /** What became of a plan as a whole. */
  public sealed interface Result {
    /** Judged again, order by order, in one transaction. */
    record Judged(List<Outcome> outcomes) implements Result {
      public Judged {
        outcomes = List.copyOf(outcomes);
      }
    }

    /** Not even looked at: frozen, expired, altered. */
    record Refused(String why) implements Result {}
  }

  /** What became of a plan people kept, whoever applied it and how often. */
  public sealed interface Judgement {
    /** One outcome for each order that was asked for or is remembered, in the plan's order. */
    record Judged(List<Outcome> outcomes) implements Judgement {
      public Judged {
        outcomes = List.copyOf(outcomes);
      }
    }

    /** Another process applies this very plan now. */
    record UnderWay() implements Judgement {}

    /** Its time ran out, and it took no effect and never will. */
    record Expired(String why) implements Judgement {}

    /** It took no effect, and may yet. */
    record Refused(String why) implements Judgement {}

    /** It took effect in part, and the rest may follow. */
    record Partly(List<Outcome> outcomes, String why) implements Judgement {
      public Partly {
        outcomes = List.copyOf(outcomes);
      }
    }
  }

  /**
   * Applies a kept plan, by one process at a time, in parts of one transaction each. What it did
   * before is remembered here, so that whoever takes up an attempt that was cut short hears what
   * came of it, also when the plan has expired since or writing is frozen.
   *
   * @param standing who stands behind it, for the record
   * @param proved orders of it that may be moved now
   * @param voided orders that are to be left out for good, recorded as {@code actor}'s refusal
   * @param progress hears after each part how many orders are judged
   */
  public Judgement applyKept(
      FrozenPlan plan,
      Standing standing,
      List<String> proved,
      List<Outcome> voided,
      String actor,
      IntConsumer progress)
      throws SQLException {
    var outcomes = new HashMap<String, Outcome>();
    Optional<Judgement> ending = alone(plan, () -> leaveOut(plan, voided, actor));
    while (ending.isEmpty()) {
      ending = alone(plan, () -> part(plan, standing, proved, actor, outcomes));
      progress.accept(outcomes.size());
    }
    return ending.get();
  }

  /** A step of an attempt; empty when another follows. */
  private interface Step {
    Optional<Judgement> take() throws SQLException;
  }

  /** In a transaction in which no other process applies the same plan. */
  private Optional<Judgement> alone(FrozenPlan plan, Step step) throws SQLException {
    connection.setAutoCommit(false);
    try {
      Optional<Judgement> ending =
          isMine(plan) ? step.take() : Optional.of(new Judgement.UnderWay());
      connection.commit();
      return ending;
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private Optional<Judgement> leaveOut(FrozenPlan plan, List<Outcome> voided, String actor)
      throws SQLException {
    Map<String, Outcome> moved = remembered(plan);
    ArrayNode voids = JSON.createArrayNode();
    voided.stream()
        .filter(outcome -> !moved.containsKey(outcome.orderId()))
        .forEach(
            outcome -> voids.addObject().put("order", outcome.orderId()).put("why", outcome.why()));
    if (!voids.isEmpty()) {
      try (var statement =
          connection.prepareStatement("SELECT metaops_api.void_targets(?, ?, ?, ?::jsonb)")) {
        statement.setString(1, plan.id());
        statement.setBytes(2, plan.digest().bytes());
        statement.setString(3, actor);
        statement.setString(4, JSON.writeValueAsString(voids));
        statement.execute();
      }
    }
    return Optional.empty();
  }

  private Optional<Judgement> part(
      FrozenPlan plan,
      Standing standing,
      List<String> proved,
      String actor,
      Map<String, Outcome> outcomes)
      throws SQLException {
    outcomes.putAll(remembered(plan));
    List<String> some =
        proved.stream().filter(id -> !outcomes.containsKey(id)).limit(AT_ONCE).toList();
    if (some.isEmpty()) {
      return Optional.of(new Judgement.Judged(inOrder(plan, outcomes)));
    }
    Savepoint before = connection.setSavepoint();
    try {
      List<Outcome> judged = applied(plan.text(), plan.digest(), some, standing.json());
      judged.forEach(outcome -> outcomes.put(outcome.orderId(), outcome));
      return leaveOut(
          plan,
          judged.stream().filter(outcome -> outcome.kind() == Outcome.Kind.VOID).toList(),
          actor);
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      if (!state.equals("MO007") && !state.equals("MO008") && !state.equals("MO009")) {
        throw e;
      }
      connection.rollback(before);
      String why = firstLine(e);
      boolean isUntouched = outcomes.values().stream().noneMatch(Outcome::isThere);
      return Optional.of(
          state.equals("MO008")
              ? late(plan, outcomes, why)
              : isUntouched
                  ? new Judgement.Refused(why)
                  : new Judgement.Partly(inOrder(plan, outcomes), why));
    }
  }

  private static List<Outcome> inOrder(FrozenPlan plan, Map<String, Outcome> outcomes) {
    return plan.moves().stream()
        .flatMap(move -> Optional.ofNullable(outcomes.get(move.orderId())).stream())
        .toList();
  }

  /** Whether it judged all of its orders once. */
  public boolean remembers(FrozenPlan plan) throws SQLException {
    Map<String, Outcome> remembered = remembered(plan);
    return plan.moves().stream().allMatch(move -> remembered.containsKey(move.orderId()));
  }

  /** Held until the transaction ends, also when the process that holds it was killed. */
  private boolean isMine(FrozenPlan plan) throws SQLException {
    return Rows.one(
        connection,
        "SELECT pg_try_advisory_xact_lock(?)",
        row -> row.getBoolean(1),
        ByteBuffer.wrap(plan.digest().bytes()).getLong());
  }

  /** Orders that were held by others while there was time stay where they are. */
  private static Judgement late(FrozenPlan plan, Map<String, Outcome> remembered, String why) {
    if (remembered.values().stream().noneMatch(Outcome::isThere)) {
      return new Judgement.Expired(why);
    }
    var outcomes = new ArrayList<Outcome>();
    for (FrozenPlan.Move move : plan.moves()) {
      outcomes.add(
          remembered.getOrDefault(
              move.orderId(),
              new Outcome(
                  move.orderId(), Outcome.Kind.VOID, "its time ran out before it could be moved")));
    }
    return new Judgement.Judged(outcomes);
  }

  /** What it moved, and what it was left without. */
  Map<String, Outcome> remembered(FrozenPlan plan) throws SQLException {
    var remembered = new HashMap<String, Outcome>();
    byte[] digest = plan.digest().bytes();
    Rows.list(
            connection,
            "SELECT order_id FROM metaops.applied_order WHERE digest = ?",
            row -> new Outcome(row.getString(1), Outcome.Kind.APPLIED, ""),
            digest)
        .forEach(outcome -> remembered.put(outcome.orderId(), outcome));
    Rows.list(
            connection,
            "SELECT order_id, why FROM metaops.voided_order WHERE digest = ?",
            row -> new Outcome(row.getString(1), Outcome.Kind.VOID, row.getString(2)),
            digest)
        .forEach(outcome -> remembered.putIfAbsent(outcome.orderId(), outcome));
    return remembered;
  }

  /** Applies the plan, all of it in one transaction. Applying it again answers the same. */
  public Result apply(Plan plan) throws SQLException {
    try {
      return new Result.Judged(applied(plan.text(), plan.digest(), List.of(), "{}"));
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      if (state.equals("MO007") || state.equals("MO008") || state.equals("MO009")) {
        return new Result.Refused(firstLine(e));
      }
      throw e;
    }
  }

  /** Without {@code only} all of its orders. */
  private List<Outcome> applied(String text, Hash digest, List<String> only, String standing)
      throws SQLException {
    try (var statement =
        connection.prepareStatement("SELECT metaops_api.apply_plan(?, ?, ?, ?::jsonb)")) {
      statement.setString(1, text);
      statement.setBytes(2, digest.bytes());
      statement.setArray(
          3, only.isEmpty() ? null : connection.createArrayOf("text", only.toArray()));
      statement.setString(4, standing);
      try (var rows = statement.executeQuery()) {
        rows.next();
        var outcomes = new ArrayList<Outcome>();
        for (JsonNode outcome : JSON.readTree(rows.getString(1))) {
          outcomes.add(
              new Outcome(
                  outcome.path("order").asString(),
                  Outcome.Kind.valueOf(outcome.path("outcome").asString().toUpperCase(Locale.ROOT)),
                  outcome.path("why").isNull() ? "" : outcome.path("why").asString()));
        }
        return outcomes;
      }
    }
  }

  private static String firstLine(SQLException refused) {
    String said = String.valueOf(refused.getMessage());
    return said.lines().findFirst().orElse(said).replaceFirst("^ERROR: ", "");
  }

  /** Writes the refusal of an intervention into the audit log. */
  public void recordRefusal(String orderId, String actor, String asked, String why)
      throws SQLException {
    recordRefusal(Optional.of(orderId), actor, asked, why);
  }

  /** The same of an intervention on many orders, refused as a whole. */
  public void recordRefusal(String actor, String asked, String why) throws SQLException {
    recordRefusal(Optional.empty(), actor, asked, why);
  }

  private void recordRefusal(Optional<String> orderId, String actor, String asked, String why)
      throws SQLException {
    ObjectNode body = JSON.createObjectNode().put("asked", asked).put("why", why);
    try (var statement =
        connection.prepareStatement("SELECT metaops_api.record_refusal(?, ?, ?::jsonb)")) {
      statement.setString(1, orderId.orElse(null));
      statement.setString(2, actor);
      statement.setString(3, JSON.writeValueAsString(body));
      statement.execute();
    }
  }
}
