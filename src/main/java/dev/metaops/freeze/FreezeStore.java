package dev.metaops.freeze;

import dev.metaops.journal.JournalEntry;
import dev.metaops.journal.JournalKind;
import dev.metaops.journal.JournalUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Freezes in the orders database. Through one connection in auto-commit; not thread-safe. */
public final class FreezeStore {
  private final Connection connection;

  public FreezeStore(Connection connection) {
    this.connection = connection;
  }

  /** A freeze that holds, in the orders database. */
  public record Held(String id, String actor, String reason, Instant at) {}

  /**
   * Tells the orders database what this machine's journal holds and it does not know yet, in the
   * order it was recorded, and marks each as merged. Safe to repeat and to be killed in: a freeze
   * counts once by its id, and a lifting never reaches a freeze recorded after it. Returns how many
   * were merged.
   */
  public int merge(LocalFreeze local) throws SQLException, JournalUnavailable {
    int merged = 0;
    for (JournalEntry entry : local.unmerged()) {
      String reason = entry.body().getOrDefault(LocalFreeze.REASON, "");
      if (entry.kind() == JournalKind.FREEZE) {
        freeze(entry.id(), entry.actor(), reason, entry.at());
      } else {
        unfreeze(entry.id(), entry.actor(), reason, entry.at());
      }
      local.merged(entry);
      merged++;
    }
    return merged;
  }

  /** Idempotent by id. */
  public void freeze(String id, String actor, String reason, Instant at) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT metaops_api.freeze(?, ?, ?, ?)")) {
      statement.setString(1, id);
      statement.setString(2, actor);
      statement.setString(3, reason);
      statement.setTimestamp(4, Timestamp.from(at));
      statement.execute();
    }
  }

  /** Lifts what was frozen until {@code at}; returns how many freezes that were. */
  public int unfreeze(String id, String actor, String reason, Instant at) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT metaops_api.unfreeze(?, ?, ?, ?)")) {
      statement.setString(1, id);
      statement.setString(2, actor);
      statement.setString(3, reason);
      statement.setTimestamp(4, Timestamp.from(at));
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }

  /** The freezes that hold, newest first, at most 100. */
  public List<Held> held() throws SQLException {
    try (var statement =
            connection.prepareStatement(
                "SELECT id, actor, reason, at FROM metaops.freeze WHERE lifted_at IS NULL"
                    + " ORDER BY at DESC LIMIT 100");
        var rows = statement.executeQuery()) {
      var held = new ArrayList<Held>();
      while (rows.next()) {
        held.add(
            new Held(
                rows.getString("id"),
                rows.getString("actor"),
                rows.getString("reason"),
                rows.getTimestamp("at").toInstant()));
      }
      return List.copyOf(held);
    }
  }

  /** The newest freeze that holds. */
  public Optional<Held> newest() throws SQLException {
    return held().stream().findFirst();
  }
}
