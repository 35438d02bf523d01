package dev.metaops.audit;

import dev.metaops.journal.Journal;
import dev.metaops.journal.JournalEntry;
import dev.metaops.journal.JournalUnavailable;
import dev.metaops.store.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings what a machine wrote down while no database answered into the record of interventions:
 * each entry once, under the id it was given then. Through one connection in auto-commit; not
 * thread-safe.
 */
public final class JournalStore {
  /** Entries a transaction. */
  private static final int BATCH = 200;

  private static final JsonMapper JSON = new JsonMapper();

  private final Connection connection;
  private final LogHome home;

  /** Into the log of the orders database. */
  public JournalStore(Connection connection) {
    this(connection, LogHome.ORDERS);
  }

  /**
   * @param home into which of the logs that may be in this database
   */
  public JournalStore(Connection connection, LogHome home) {
    this.connection = connection;
    this.home = home;
  }

  /** Whether this database's schema takes entries of a journal. */
  public boolean isThere() throws SQLException {
    return Rows.one(
        connection,
        home.sql("SELECT to_regproc('{api}.record_journalled') IS NOT NULL"),
        row -> row.getBoolean(1));
  }

  /**
   * Merges all but freezes, which are merged as freezes. Safe to repeat, to be killed in and to run
   * in several processes. Returns how many records that made.
   */
  public int merge(Journal journal) throws SQLException, JournalUnavailable {
    List<JournalEntry> waiting = waiting(journal);
    int made = 0;
    for (int from = 0; from < waiting.size(); from += BATCH) {
      List<JournalEntry> batch = waiting.subList(from, Math.min(waiting.size(), from + BATCH));
      made +=
          Rows.one(
              connection,
              home.sql("SELECT {api}.record_journalled(?::jsonb)"),
              row -> row.getInt(1),
              JSON.writeValueAsString(json(batch)));
      journal.markMerged(batch.stream().map(JournalEntry::id).toList());
    }
    return made;
  }

  /** What waits for {@link #merge}, in the order it was written. */
  public static List<JournalEntry> waiting(Journal journal) throws JournalUnavailable {
    return journal.read().unmerged().stream().filter(entry -> !entry.kind().isFreeze()).toList();
  }

  private static ArrayNode json(List<JournalEntry> entries) {
    ArrayNode all = JSON.createArrayNode();
    for (JournalEntry entry : entries) {
      ObjectNode one =
          all.addObject()
              .put("id", entry.id())
              .put("kind", entry.kind().word())
              .put("actor", entry.actor())
              .put("at", entry.at().toString());
      ObjectNode body = one.putObject("body");
      entry.body().forEach(body::put);
    }
    return all;
  }
}
