package dev.metaops.connection;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Small answers from outside. */
final class Json {
  private Json() {}

  /** Empty when it is not JSON. */
  static Optional<JsonNode> read(String text) {
    try {
      return Optional.of(JsonMapper.shared().readTree(text));
    } catch (JacksonException garbage) {
      return Optional.empty();
    }
  }

  /** Empty when it is not text. */
  static Optional<String> text(JsonNode node) {
    return node.isString() ? Optional.of(node.stringValue()) : Optional.empty();
  }
}
