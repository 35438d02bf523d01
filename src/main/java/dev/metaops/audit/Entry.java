package dev.metaops.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What texts say of themselves, against the columns beside them. Pure. */
final class Entry {
  private static final JsonMapper JSON = new JsonMapper();

  /** Characters of a value that are shown. */
  private static final int MOST_SHOWN = 80;

  private Entry() {}

  /** In which columns a record says something else than its entry; empty when in none. */
  static Optional<String> mismatch(StoredRecord record) {
    Optional<Map<String, String>> said = said(record.entry());
    if (said.isEmpty()) {
      return Optional.of("its entry is not readable JSON");
    }
    var differences = new ArrayList<String>(0);
    compare(differences, "kind", Optional.of(record.kind()), said.get());
    compare(differences, "order", record.orderId(), said.get());
    compare(differences, "actor", Optional.of(record.actor()), said.get());
    compare(differences, "at", Optional.of(record.at()), said.get());
    return differences.isEmpty()
        ? Optional.empty()
        : Optional.of("its columns are not what its entry says: " + String.join(", ", differences));
  }

  private static void compare(
      List<String> differences, String name, Optional<String> column, Map<String, String> entry) {
    Optional<String> said = Optional.ofNullable(entry.get(name));
    if (!said.equals(column)) {
      differences.add(name + " " + clipped(column) + " (expected: " + clipped(said) + ")");
    }
  }

  /** The texts of an object by their names; of what is no text nothing, but it has to be JSON. */
  private static Optional<Map<String, String>> said(Bytes entry) {
    var said = new HashMap<String, String>();
    try (JsonParser parser = JSON.createParser(entry.toArray())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
          said.put(name, parser.getString());
        } else {
          said.remove(name);
          parser.skipChildren();
        }
      }
      return parser.nextToken() == null ? Optional.of(said) : Optional.empty();
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  private static String clipped(Optional<String> value) {
    return value
        .map(text -> text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text)
        .orElse("null");
  }

  /** How an applied plan's columns differ from its text; empty when they do not. */
  static Optional<String> mismatch(AppliedPlan plan) {
    Optional<JsonNode> text = read(plan.text());
    if (text.isEmpty()) {
      return Optional.of("its text is not readable JSON");
    }
    String id = text.get().path("id").asString("");
    if (!id.equals(plan.planId())) {
      return Optional.of("its text calls it " + id);
    }
    for (JsonNode target : text.get().path("targets")) {
      if (target.path("order").asString("").equals(plan.orderId())) {
        return Optional.empty();
      }
    }
    return Optional.of("its text does not name that order");
  }

  private static Optional<JsonNode> read(Bytes text) {
    try {
      JsonNode tree = JSON.readTree(text.text());
      return tree.isObject() ? Optional.of(tree) : Optional.empty();
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }
}
