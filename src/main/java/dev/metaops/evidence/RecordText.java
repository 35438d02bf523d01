package dev.metaops.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a record's exact text says. */
record RecordText(String kind, String order, String actor, String at, JsonNode body) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * An event a record rests on.
   *
   * @param blockHash hex digits, as the contract
   */
  record Event(long blockNumber, String blockHash, long log, String contract, String kind) {}

  /** Empty when it is no record. */
  static Optional<RecordText> read(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      return json.isObject() && json.path("kind").isString()
          ? Optional.of(
              new RecordText(
                  json.path("kind").asString(),
                  json.path("order").asString(""),
                  json.path("actor").asString(""),
                  json.path("at").asString(""),
                  json.path("body")))
          : Optional.empty();
    } catch (JacksonException notJson) {
      return Optional.empty();
    }
  }

  /** Of the plan it tells of; empty text where it tells of none. */
  String digest() {
    return body.path("digest").asString("");
  }

  /** On whose word it says its plan was applied; empty text where it does not say. */
  String footing() {
    return body.path("standing").path("footing").asString("");
  }

  String stateBefore() {
    return body.path("before").path("state").asString("");
  }

  String stateAfter() {
    return body.path("after").path("state").asString("");
  }

  Optional<String> image(String which) {
    JsonNode image = body.path(which);
    return image.isObject() ? Optional.of(image.toPrettyString() + "\n") : Optional.empty();
  }

  List<Event> evidence() {
    var events = new ArrayList<Event>();
    for (JsonNode event : body.path("evidence")) {
      events.add(
          new Event(
              event.path("number").asLong(-1),
              event.path("hash").asString(""),
              event.path("index").asLong(-1),
              event.path("contract").asString(""),
              event.path("kind").asString("")));
    }
    return events;
  }
}
