package dev.metaops.plan;

import dev.metaops.chain.Hash;
import dev.metaops.store.Rows;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Applies plans in the orders database, and records what was refused. Not thread-safe. */
public final class PlanStore {
  private static final JsonMapper JSON = new JsonMapper();

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
    /** One outcome for each of its orders. */
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
  }

  /**
   * Applies a kept plan, by one process at a time. What it did before is remembered here, so that
   * whoever takes up an attempt that was cut short hears what came of it, also when the plan has
   * expired since or writing is frozen.
   */
  public Judgement applyKept(FrozenPlan plan) throws SQLException {
    connection.setAutoCommit(false);
    try {
      Judgement judgement = isMine(plan) ? judge(plan) : new Judgement.UnderWay();
      if (judgement instanceof Judgement.Judged) {
        connection.commit();
      }
      return judgement;
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** Whether it moved all of its orders once. */
  public boolean remembers(FrozenPlan plan) throws SQLException {
    return isAllOf(plan, remembered(plan));
  }

  private static boolean isAllOf(FrozenPlan plan, Map<String, Outcome> remembered) {
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

  private Judgement judge(FrozenPlan plan) throws SQLException {
    Map<String, Outcome> remembered = remembered(plan);
    if (isAllOf(plan, remembered)) {
      return new Judgement.Judged(
          plan.moves().stream()
              .flatMap(move -> Optional.ofNullable(remembered.get(move.orderId())).stream())
              .toList());
    }
    try {
      return new Judgement.Judged(applied(plan.text(), plan.digest()));
    } catch (SQLException e) {
      return switch (String.valueOf(e.getSQLState())) {
        case "MO008" -> late(plan, remembered, firstLine(e));
        case "MO007", "MO009" -> new Judgement.Refused(firstLine(e));
        default -> throw e;
      };
    }
  }

  /** Orders that were held by others while there was time stay where they are. */
  private static Judgement late(FrozenPlan plan, Map<String, Outcome> remembered, String why) {
    if (remembered.isEmpty()) {
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

  private Map<String, Outcome> remembered(FrozenPlan plan) throws SQLException {
    var remembered = new HashMap<String, Outcome>();
    Rows.list(
            connection,
            "SELECT order_id FROM metaops.applied_order WHERE digest = ?",
            row -> new Outcome(row.getString(1), Outcome.Kind.APPLIED, ""),
            plan.digest().bytes())
        .forEach(outcome -> remembered.put(outcome.orderId(), outcome));
    return remembered;
  }

  /** Applies the plan, all of it in one transaction. Applying it again answers the same. */
  public Result apply(Plan plan) throws SQLException {
    try {
      return new Result.Judged(applied(plan.text(), plan.digest()));
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      if (state.equals("MO007") || state.equals("MO008") || state.equals("MO009")) {
        return new Result.Refused(firstLine(e));
      }
      throw e;
    }
  }

  private List<Outcome> applied(String text, Hash digest) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT metaops_api.apply_plan(?, ?)")) {
      statement.setString(1, text);
      statement.setBytes(2, digest.bytes());
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
