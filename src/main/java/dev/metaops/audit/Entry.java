package dev.metaops.audit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
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
    Optional<JsonNode> entry = read(record.entry());
    if (entry.isEmpty()) {
      return Optional.of("its entry is not readable JSON");
    }
    var differences = new ArrayList<String>();
    compare(differences, "kind", Optional.of(record.kind()), entry.get());
    compare(differences, "order", record.orderId(), entry.get());
    compare(differences, "actor", Optional.of(record.actor()), entry.get());
    compare(differences, "at", Optional.of(record.at()), entry.get());
    return differences.isEmpty()
        ? Optional.empty()
        : Optional.of("its columns are not what its entry says: " + String.join(", ", differences));
  }

  private static void compare(
      List<String> differences, String name, Optional<String> column, JsonNode entry) {
    JsonNode value = entry.path(name);
    Optional<String> said = value.isString() ? Optional.of(value.asString()) : Optional.empty();
    if (!said.equals(column)) {
      differences.add(name + " " + clipped(column) + " (expected: " + clipped(said) + ")");
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
