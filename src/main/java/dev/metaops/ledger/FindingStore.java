package dev.metaops.ledger;

import dev.metaops.finding.Finding;
import dev.metaops.finding.Severity;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Findings, once for each subject, and what nodes said that was not so. Through a connection in
 * auto-commit that the caller owns. Not thread-safe.
 */
public final class FindingStore {
  private static final JsonMapper JSON = new JsonMapper();

  /** A finding that is open, and since when. */
  public record Open(Finding finding, Instant firstSeen, Instant lastSeen) {}

  private final Connection connection;

  public FindingStore(Connection connection) {
    this.connection = connection;
  }

  /** Those not cleared, the oldest first. */
  public List<Open> open(int limit) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT * FROM metaops.finding WHERE cleared_at IS NULL ORDER BY severity, first_seen LIMIT ?\
            """)) {
      statement.setInt(1, limit);
      var open = new ArrayList<Open>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          var evidence = new TreeMap<String, String>();
          JSON.readTree(rows.getString("evidence"))
              .properties()
              .forEach(member -> evidence.put(member.getKey(), text(member.getValue())));
          open.add(
              new Open(
                  new Finding(
                      rows.getString("code"),
                      rows.getString("subject"),
                      Severity.valueOf(rows.getString("severity")),
                      rows.getString("sentence"),
                      evidence),
                  rows.getTimestamp("first_seen").toInstant(),
                  rows.getTimestamp("last_seen").toInstant()));
        }
      }
      return List.copyOf(open);
    }
  }

  private static String text(JsonNode value) {
    return value.isString() ? value.stringValue() : value.toString();
  }

  /** Raises it, or says that it is still so. */
  public void raise(Finding finding) throws SQLException {
    ObjectNode evidence = JSON.createObjectNode();
    finding.evidence().forEach(evidence::put);
    try (var statement =
        connection.prepareStatement("SELECT metaops_api.raise_finding(?, ?, ?, ?, ?::jsonb)")) {
      statement.setString(1, finding.code());
      statement.setString(2, finding.subject());
      statement.setString(3, finding.severity().name());
      statement.setString(4, finding.sentence());
      statement.setString(5, JSON.writeValueAsString(evidence));
      statement.execute();
    }
  }

  /** Clears the open findings of this code that are not among these. */
  public void onlyThese(String code, Collection<String> fingerprints) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT metaops_api.only_findings(?, ?)")) {
      statement.setString(1, code);
      statement.setArray(2, connection.createArrayOf("text", fingerprints.toArray()));
      statement.execute();
    }
  }

  /** Does nothing when there is none. */
  public void clear(String code, String subject) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT metaops_api.clear_finding(?, ?)")) {
      statement.setString(1, code);
      statement.setString(2, subject);
      statement.execute();
    }
  }

  /** Keeps what a node said that was not so. Texts are cut at 64 KB. */
  public void keepLie(String provider, String kind, String request, String answer, String expected)
      throws SQLException {
    try (var statement =
        connection.prepareStatement("SELECT metaops_api.record_lie(?, ?, ?, ?, ?)")) {
      statement.setString(1, provider);
      statement.setString(2, kind);
      statement.setString(3, request);
      statement.setString(4, answer);
      statement.setString(5, expected);
      statement.execute();
    }
  }
}
