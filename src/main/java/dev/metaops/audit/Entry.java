package dev.metaops.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
