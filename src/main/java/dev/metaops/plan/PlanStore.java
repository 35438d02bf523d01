package dev.metaops.plan;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

  /** Applies the plan, all of it in one transaction. Applying it again answers the same. */
  public Result apply(Plan plan) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT metaops_api.apply_plan(?, ?)")) {
      statement.setString(1, plan.text());
      statement.setBytes(2, plan.digest().bytes());
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
        return new Result.Judged(outcomes);
      }
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      if (state.equals("MO007") || state.equals("MO008") || state.equals("MO009")) {
        return new Result.Refused(String.valueOf(e.getMessage()).lines().findFirst().orElse(state));
      }
      throw e;
    }
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
