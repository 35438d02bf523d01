package dev.metaops.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  /** What an applied plan's text says of itself; empty when it cannot be read. */
  static Optional<PlanText> plan(Bytes text) {
    return read(text)
        .map(plan -> {
          Set<String> orders = new HashSet<>();
          plan.path("targets").forEach(target -> orders.add(target.path("order").asString("")));
          return new PlanText(plan.path("id").asString(""), Set.copyOf(orders));
        });
  }

  /** An applied plan's name and orders, by its text. */
  record PlanText(String id, Set<String> orders) {}

  private static Optional<JsonNode> read(Bytes text) {
    try {
      JsonNode tree = JSON.readTree(text.text());
      return tree.isObject() ? Optional.of(tree) : Optional.empty();
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }
}
