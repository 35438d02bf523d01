package dev.metaops.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What nodes said that was not so, as it was kept. Through a connection that the caller owns. Not
 * thread-safe.
 */
public final class LieStore {
  /**
   * One of them, with the evidence; each text was cut at 64 KB when it was kept.
   *
   * @param provider the node, as it was shown: no secret of its URL
   * @param kind the name of an {@code rpc.Lie.Kind}
   */
  public record Kept(
      Instant at, String provider, String kind, String request, String answer, String expected) {}

  /** A node that lied: how often, when last, and what kind of lie that was. */
  public record Liar(String provider, long times, Instant last, String kind) {}

  private final Connection connection;

  public LieStore(Connection connection) {
    this.connection = connection;
  }

  /**
   * The newest, newest first.
   *
   * @param provider a part of its name; empty for every node
   */
  public List<Kept> newest(Optional<String> provider, int limit) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT * FROM metaops.provider_lie WHERE position(lower(?) IN lower(provider)) > 0
            ORDER BY id DESC LIMIT ?\
            """)) {
      statement.setString(1, provider.orElse(""));
      statement.setInt(2, limit);
      var kept = new ArrayList<Kept>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          kept.add(
              new Kept(
                  rows.getTimestamp("at").toInstant(),
                  rows.getString("provider"),
                  rows.getString("kind"),
                  rows.getString("request"),
                  rows.getString("answer"),
                  rows.getString("expected")));
        }
      }
      return List.copyOf(kept);
    }
  }

  /** How many were kept of nodes with this in their name. */
  public long count(Optional<String> provider) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT count(*) FROM metaops.provider_lie
            WHERE position(lower(?) IN lower(provider)) > 0\
            """)) {
      statement.setString(1, provider.orElse(""));
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  /** When a node told which kind of lie. */
  public record Told(String provider, String kind, Duration ago) {}

  /** The newest within so long before now, by the database's clock, newest first. */
  public List<Told> told(Duration window, int limit) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT provider, kind,
              greatest(0, extract(epoch FROM clock_timestamp() - at) * 1000)::bigint AS ago
            FROM metaops.provider_lie WHERE at > clock_timestamp() - ?::interval
            ORDER BY id DESC LIMIT ?\
            """)) {
      statement.setString(1, window.toSeconds() + " seconds");
      statement.setInt(2, limit);
      var told = new ArrayList<Told>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          told.add(
              new Told(
                  rows.getString("provider"),
                  rows.getString("kind"),
                  Duration.ofMillis(rows.getLong("ago"))));
        }
      }
      return List.copyOf(told);
    }
  }

  /** Who lied within so long before now, by the database's clock; the latest liar first. */
  public List<Liar> within(Duration window, int limit) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT provider, count(*) AS times, max(at) AS last,
              (array_agg(kind ORDER BY id DESC))[1] AS kind
            FROM metaops.provider_lie WHERE at > clock_timestamp() - ?::interval
            GROUP BY provider ORDER BY last DESC LIMIT ?\
            """)) {
      statement.setString(1, window.toSeconds() + " seconds");
      statement.setInt(2, limit);
      var liars = new ArrayList<Liar>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          liars.add(
              new Liar(
                  rows.getString("provider"),
                  rows.getLong("times"),
                  rows.getTimestamp("last").toInstant(),
                  rows.getString("kind")));
        }
      }
      return List.copyOf(liars);
    }
  }
}
