package dev.metaops.canary;

import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a text says of an order. Pure. */
final class Shown {
  private Shown() {}

  /**
   * An answer, read.
   *
   * @param pointer where the state stands; empty when it is not read
   */
  static Reply read(String text, Optional<String> pointer, Duration took) {
    if (pointer.isEmpty()) {
      return new Reply.Answered(took, Optional.empty());
    }
    Optional<JsonNode> json = json(text);
    if (json.isEmpty()) {
      return new Reply.NotJson();
    }
    return state(json.get(), pointer.get())
        .<Reply>map(state -> new Reply.Answered(took, Optional.of(state)))
        .orElseGet(() -> new Reply.NoState(pointer.get()));
  }

  private static Optional<JsonNode> json(String text) {
    try {
      return Optional.of(JsonMapper.shared().readTree(text)).filter(json -> !json.isMissingNode());
    } catch (JacksonException no) {
      return Optional.empty();
    }
  }

  private static Optional<String> state(JsonNode json, String pointer) {
    JsonNode at = json.at(pointer);
    return at.isString() && !at.stringValue().isBlank()
        ? Optional.of(at.stringValue().strip())
        : Optional.empty();
  }
}
