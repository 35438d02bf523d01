package dev.metaops.plan;

import dev.metaops.chain.Hash;
import dev.metaops.ledger.EvidenceJson;
import dev.metaops.order.Witnesses;
import dev.metaops.reconcile.Evidence;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A plan as it was kept: its exact text is what counts, the rest is read out of it.
 *
 * @param actor who planned it
 * @param witnesses how many providers have to say what moves its rows
 */
public record FrozenPlan(
    String text,
    String id,
    String verb,
    PlanClass planClass,
    String actor,
    Optional<String> reason,
    long chainId,
    Instant createdAt,
    Instant expiresAt,
    List<Move> moves,
    Witnesses witnesses) {
  private static final JsonMapper JSON = new JsonMapper();

  public FrozenPlan {
    moves = List.copyOf(moves);
  }

  /**
   * One order's part, as people see it.
   *
   * @param provider who was asked
   * @param settled the block up to which that was final
   * @param storage what the contract's own storage said; empty when it was not asked
   * @param evidence the final events it rests on and their blocks, as canonical JSON
   */
  public record Move(
      String orderId,
      String from,
      String to,
      String provider,
      long settled,
      String storage,
      String evidence) {
    /** Whether it rests on exactly this. */
    public boolean restsOn(long chainId, Evidence.Found found) {
      return evidence.equals(
          text(
              EvidenceJson.events(chainId, found.finalEvents()),
              EvidenceJson.headers(found.blocks())));
    }

    private static String text(JsonNode events, JsonNode blocks) {
      return Plan.CANONICAL.writeValueAsString(events) + Plan.CANONICAL.writeValueAsString(blocks);
    }
  }

  public static FrozenPlan of(Plan plan) {
    return read(plan.text())
        .orElseThrow(() -> new IllegalStateException(plan.id() + ": its own text is unreadable"));
  }

  /** Empty when it is no plan's text. */
  public static Optional<FrozenPlan> read(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      var moves = new ArrayList<Move>();
      for (JsonNode target : json.required("targets")) {
        moves.add(move(target));
      }
      return Optional.of(
          new FrozenPlan(
              text,
              json.required("id").asString(),
              json.required("verb").asString(),
              PlanClass.valueOf(json.required("class").asString()),
              json.required("actor").asString(),
              Optional.of(json.path("reason").asString("")).filter(why -> !why.isEmpty()),
              json.required("chain").asLong(),
              Instant.parse(json.required("created_at").asString()),
              Instant.parse(json.required("expires_at").asString()),
              moves,
              Witnesses.valueOf(json.path("witnesses").asString(Witnesses.TWO_OF_SEVERAL.name()))));
    } catch (JacksonException | IllegalArgumentException | DateTimeException notAPlan) {
      return Optional.empty();
    }
  }

  private static Move move(JsonNode target) {
    return new Move(
        target.required("order").asString(),
        target.required("from").asString(),
        target.required("to").asString(),
        target.path("provider").asString(""),
        target.path("settled").asLong(0),
        target.path("storage").asString(""),
        Move.text(target.required("events"), target.required("blocks")));
  }

  /** The SHA-256 of its exact text. */
  public Hash digest() {
    return Hash.sha256(text);
  }
}
