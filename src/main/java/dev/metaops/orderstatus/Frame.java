package dev.metaops.orderstatus;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One message to somebody who follows an order, as {@code docs/json.md} has them.
 *
 * @param event its name
 * @param position what the client comes back with; absent where it says nothing of the order
 * @param json one line
 */
record Frame(String event, Optional<Position> position, String json) {
  private static final JsonMapper JSON = new JsonMapper();

  static Frame state(Present present) {
    return of("order-status/1", "state", Optional.of(present.position()), withState(present));
  }

  /** Instead of what came after a position that is not of this history. */
  static Frame reset(Present present, String why) {
    return of(
        "order-status/1",
        "reset",
        Optional.of(present.position()),
        withState(present).put("why", why));
  }

  static Frame move(Move move, String epoch) {
    ObjectNode body = JSON.createObjectNode().put("id", move.order());
    move.from().ifPresent(from -> body.put("from", from));
    move.to().ifPresent(to -> body.put("state", to));
    body.put("since", move.since().toString());
    return of(
        "order-move/1",
        move.to().isPresent() ? "move" : "gone",
        Optional.of(move.position(epoch)),
        body);
  }

  static Frame blind(Instant since) {
    return of(
        "order-blind/1",
        "blind",
        Optional.empty(),
        JSON.createObjectNode()
            .put("since", since.toString())
            .put("sentence", "the orders cannot be read now: that nothing comes says nothing"));
  }

  static Frame seeing() {
    return of("order-blind/1", "seeing", Optional.empty(), JSON.createObjectNode());
  }

  static Frame cut(Cut why) {
    return of(
        "order-cut/1",
        "cut",
        Optional.empty(),
        JSON.createObjectNode().put("why", why.word()).put("sentence", why.sentence()));
  }

  /** As the answer to a single question has it. */
  static String answer(Present present) {
    ObjectNode root = JSON.createObjectNode().put("shape", "order-status/1");
    root.setAll(withState(present));
    return JSON.writeValueAsString(root.put("position", present.position().text())) + "\n";
  }

  /** Why there is no answer. */
  static String refusal(String sentence) {
    return JSON.writeValueAsString(
            JSON.createObjectNode().put("shape", "http-refusal/1").put("sentence", sentence))
        + "\n";
  }

  private static ObjectNode withState(Present present) {
    ObjectNode body =
        JSON.createObjectNode()
            .put("id", present.order())
            .put("state", present.state())
            .put("since", present.since().toString());
    present
        .chain()
        .ifPresent(ledger ->
            body.put("chain_state", ledger.state())
                .put("finality", ledger.finality())
                .put("version", ledger.version()));
    return body.put("as_of", present.asOf().toString());
  }

  private static Frame of(
      String shape, String event, Optional<Position> position, ObjectNode body) {
    ObjectNode root = JSON.createObjectNode().put("shape", shape).put("event", event);
    root.setAll(body);
    position.ifPresent(at -> root.put("position", at.text()));
    return new Frame(event, position, JSON.writeValueAsString(root));
  }
}
