package dev.metaops.plan;

import dev.metaops.chain.Hash;
import dev.metaops.ledger.EvidenceJson;
import dev.metaops.order.OrderState;
import dev.metaops.order.Witnesses;
import dev.metaops.reconcile.Evidence;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An intervention, frozen: what was shown is what is applied. Its text holds everything the
 * database judges again, and its digest is the SHA-256 of that text.
 *
 * @param id what people call it, such as P-8K2F; the digest is what counts
 * @param actor the person
 * @param witnesses how many providers have to say what moves its rows; part of the text, so that
 *     whoever approves it has seen it
 */
public record Plan(
    String id,
    String verb,
    String actor,
    Optional<String> reason,
    long chainId,
    Instant createdAt,
    List<Target> targets,
    Witnesses witnesses) {
  private static final String LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  static final JsonMapper CANONICAL =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  public Plan {
    targets = List.copyOf(targets);
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("targets: none (expected: at least one)");
    }
  }

  /** Two witnesses, where there are several. */
  public Plan(
      String id,
      String verb,
      String actor,
      Optional<String> reason,
      long chainId,
      Instant createdAt,
      List<Target> targets) {
    this(id, verb, actor, reason, chainId, createdAt, targets, Witnesses.TWO_OF_SEVERAL);
  }

  /**
   * One order's part.
   *
   * @param from the row's state when it was judged
   * @param rowVersion the row's version when it was judged
   * @param planClass what moving this row takes
   */
  public record Target(
      String orderId,
      String from,
      OrderState to,
      String rowVersion,
      PlanClass planClass,
      Evidence.Found evidence) {}

  /** What its hardest order takes. SPEC §4, Classes. */
  public PlanClass planClass() {
    return targets.stream()
        .map(Target::planClass)
        .max(Comparator.comparingInt(PlanClass::people))
        .orElseThrow();
  }

  /** Four letters of Crockford's base 32 behind {@code P-}. */
  public static String newId(RandomGenerator random) {
    var id = new StringBuilder("P-");
    for (int letter = 0; letter < 4; letter++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }

  public Instant expiresAt() {
    return createdAt.plus(planClass().life());
  }

  /** The exact text: one line, keys sorted. */
  public String text() {
    ObjectNode json = CANONICAL.createObjectNode();
    json.put("id", id);
    json.put("verb", verb);
    json.put("class", planClass().name());
    json.put("actor", actor);
    reason.ifPresent(why -> json.put("reason", why));
    if (witnesses != Witnesses.TWO_OF_SEVERAL) {
      json.put("witnesses", witnesses.name());
    }
    json.put("chain", chainId);
    json.put("created_at", createdAt.toString());
    json.put("expires_at", expiresAt().toString());
    ArrayNode list = json.putArray("targets");
    targets.forEach(target -> list.add(json(target)));
    return CANONICAL.writeValueAsString(json);
  }

  public Hash digest() {
    return Hash.sha256(text());
  }

  private ObjectNode json(Target target) {
    ObjectNode json = CANONICAL.createObjectNode();
    json.put("order", target.orderId());
    json.put("from", target.from());
    json.put("to", target.to().name());
    json.put("row_version", target.rowVersion());
    json.put("provider", target.evidence().provider());
    json.put("settled", target.evidence().settled().number());
    json.put("settled_hash", target.evidence().settled().hash().text());
    json.put("storage", target.evidence().storage().orElse(""));
    json.set("blocks", EvidenceJson.headers(target.evidence().blocks()));
    json.set("events", EvidenceJson.events(chainId, target.evidence().finalEvents()));
    return json;
  }
}
