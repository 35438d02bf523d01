package dev.metaops.postgrest;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** Rows as JSON objects; numbers in them are exact. */
public record Rows(List<JsonNode> rows, Extent extent) {
  public Rows {
    rows = List.copyOf(rows);
  }
}
