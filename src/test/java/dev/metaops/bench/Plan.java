package dev.metaops.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What EXPLAIN (ANALYZE, BUFFERS) says of one statement.
 *
 * @param scans {@code Index Only Scan orders_open}, {@code Seq Scan stream}, …
 * @param heapFetches rows an index-only scan had to look up in the table all the same
 */
public record Plan(
    double planningMillis,
    double executionMillis,
    List<String> scans,
    long heapFetches,
    long hits,
    long reads) {
  /** A relation up to this size is read whole whatever the plan: 16 pages. */
  private static final long TINY_BYTES = 128 * 1024;

  public static Plan of(Asked asked, Connection connection) throws SQLException {
    try (PreparedStatement statement =
            asked.prepareAgain(connection, "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)");
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      JsonNode told = new JsonMapper().readTree(rows.getString(1)).get(0);
      List<String> scans = new ArrayList<>();
      long heapFetches = walk(told.get("Plan"), scans);
      return new Plan(
          told.get("Planning Time").asDouble(),
          told.get("Execution Time").asDouble(),
          scans.stream().distinct().toList(),
          heapFetches,
          told.get("Plan").path("Shared Hit Blocks").asLong(),
          told.get("Plan").path("Shared Read Blocks").asLong());
    }
  }

  /** Those of relations that are not tiny. */
  public List<String> sequentialScans(Connection connection) throws SQLException {
    List<String> found = new ArrayList<>();
    for (String scan : scans) {
      if (scan.startsWith("Seq Scan ")) {
        try (PreparedStatement statement =
            connection.prepareStatement(
                "SELECT max(pg_relation_size(oid)) FROM pg_class WHERE relname = ?")) {
          statement.setString(1, scan.substring("Seq Scan ".length()));
          try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            if (rows.getLong(1) > TINY_BYTES) {
              found.add(scan);
            }
          }
        }
      }
    }
    return List.copyOf(found);
  }

  private static long walk(JsonNode node, List<String> scans) {
    String type = node.path("Node Type").asString("");
    if (type.contains("Scan")) {
      String of = node.path("Index Name").asString(node.path("Relation Name").asString(""));
      scans.add(of.isEmpty() ? type : type + " " + of);
    }
    long heapFetches = node.path("Heap Fetches").asLong(0);
    for (JsonNode child : node.path("Plans")) {
      heapFetches += walk(child, scans);
    }
    return heapFetches;
  }
}
