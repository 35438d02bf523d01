package dev.metaops.plan;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who stands behind a plan as it is applied, or behind another matter, as the record keeps it.
 *
 * @param actor whose it is
 * @param words what counted, signed
 * @param alone where one provider's word was taken, whose and by whom it was accepted; several
 *     joined by "; "
 */
public record Standing(
    Approvals.Footing footing, String actor, List<Approval> words, Optional<String> alone) {
  private static final JsonMapper JSON = new JsonMapper();

  public Standing {
    words = List.copyOf(words);
  }

  /** On as many providers' word as there have to be. */
  public Standing(Approvals.Footing footing, String actor, List<Approval> words) {
    this(footing, actor, words, Optional.empty());
  }

  /** The same on one provider's word. */
  Standing on(Optional<String> word) {
    return new Standing(footing, actor, words, word);
  }

  /** Of what was applied before, and is only told again. */
  static Standing of(FrozenPlan plan) {
    return new Standing(Approvals.Footing.PEOPLE, plan.actor(), List.of());
  }

  /** Each person once, in alphabetical order. */
  public SortedSet<String> people() {
    var people = new TreeSet<String>();
    people.add(actor);
    words.forEach(word -> people.add(word.person()));
    return people;
  }

  String json() {
    return JSON.writeValueAsString(drawn());
  }

  public ObjectNode drawn() {
    ObjectNode json = JSON.createObjectNode().put("footing", footing.name());
    ArrayNode names = json.putArray("people");
    people().forEach(names::add);
    ArrayNode signed = json.putArray("words");
    for (Approval word : words) {
      signed
          .addObject()
          .put("decision", word.decision().name())
          .put("person", word.person())
          .put("key", word.key())
          .put("text", word.signedText())
          .put("signature", word.signature());
    }
    alone.ifPresent(word -> json.put("one_provider", word));
    return json;
  }
}
