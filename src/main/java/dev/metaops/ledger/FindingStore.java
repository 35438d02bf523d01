package dev.metaops.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What looks wrong, once for each subject, and what nodes said that was not so. Through a
 * connection in auto-commit that the caller owns. Not thread-safe.
 */
public final class FindingStore {
  /**
   * Something that looks wrong, as it stands in the ledger.
   *
   * @param severity P1, P2 or P3
   * @param evidence JSON
   */
  public record Found(
      String code,
      String subject,
      String severity,
      String sentence,
      String evidence,
      Instant firstSeen,
      Instant lastSeen) {}

  private final Connection connection;

  public FindingStore(Connection connection) {
    this.connection = connection;
  }

  /** Those not cleared, the oldest first. */
  public List<Found> open(int limit) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT * FROM metaops.finding WHERE cleared_at IS NULL ORDER BY first_seen LIMIT ?\
            """)) {
      statement.setInt(1, limit);
      var found = new ArrayList<Found>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(
              new Found(
                  rows.getString("code"),
                  rows.getString("subject"),
                  rows.getString("severity"),
                  rows.getString("sentence"),
                  rows.getString("evidence"),
                  rows.getTimestamp("first_seen").toInstant(),
                  rows.getTimestamp("last_seen").toInstant()));
        }
      }
      return List.copyOf(found);
    }
  }

  /**
   * Raises it, or says that it is still so.
   *
   * @param evidence JSON
   */
  public void raise(String code, String subject, String severity, String sentence, String evidence)
      throws SQLException {
    try (var statement =
        connection.prepareStatement("SELECT metaops_api.raise_finding(?, ?, ?, ?, ?::jsonb)")) {
      statement.setString(1, code);
      statement.setString(2, subject);
      statement.setString(3, severity);
      statement.setString(4, sentence);
      statement.setString(5, evidence);
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
