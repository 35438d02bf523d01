package dev.metaops.postgrest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Reads the description a PostgREST gives of itself: Swagger 2.0, a definition for each table and
 * view the role may use. Primary and foreign keys are marked in the descriptions, {@code <pk/>} and
 * {@code <fk table=…/>}: <a href="https://docs.postgrest.org/en/v12/references/api/openapi.html">
 * PostgREST, OpenAPI</a>.
 */
final class OpenApi {
  static final String MEDIA_TYPE = "application/openapi+json";

  private OpenApi() {}

  /**
   * Every table and view with its columns, by name.
   *
   * @return empty when the document has no definitions at all
   */
  static Optional<Map<String, List<Column>>> read(JsonNode document) {
    JsonNode definitions = document.path("definitions");
    if (!definitions.isObject()) {
      return Optional.empty();
    }
    Map<String, List<Column>> tables = new TreeMap<>();
    definitions
        .properties()
        .forEach(table -> tables.put(Foreign.clipped(table.getKey()), columns(table.getValue())));
    return Optional.of(tables);
  }

  private static List<Column> columns(JsonNode table) {
    Set<String> required = new HashSet<>(texts(table.path("required")));
    List<Column> columns = new ArrayList<>();
    table
        .path("properties")
        .properties()
        .forEach(column -> columns.add(column(column.getKey(), column.getValue(), required)));
    return columns;
  }

  private static Column column(String name, JsonNode said, Set<String> required) {
    JsonNode longest = said.path("maxLength");
    return new Column(
        Foreign.clipped(name),
        Foreign.clipped(text(said, "format").orElse(text(said, "type").orElse("unknown"))),
        required.contains(name) ? Column.Presence.NOT_NULL : Column.Presence.MAY_BE_ABSENT,
        role(text(said, "description").orElse("")),
        longest.isInt() ? OptionalInt.of(longest.intValue()) : OptionalInt.empty(),
        texts(said.path("enum")));
  }

  private static Column.Role role(String description) {
    if (description.contains("<pk/>")) {
      return Column.Role.PRIMARY_KEY;
    }
    return description.contains("<fk ") ? Column.Role.FOREIGN_KEY : Column.Role.PLAIN;
  }

  private static Optional<String> text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : array) {
      if (value.isString()) {
        texts.add(value.stringValue());
      }
    }
    return texts;
  }
}
