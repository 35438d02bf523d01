package dev.metaops.reach;

import dev.metaops.audit.JournalStore;
import dev.metaops.command.Conversation;
import dev.metaops.freeze.FreezeStore;
import dev.metaops.journal.Journal;
import dev.metaops.journal.JournalEntry;
import dev.metaops.journal.JournalReading;
import dev.metaops.journal.JournalUnavailable;
import dev.metaops.page.Page;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What this machine wrote down while no database answered: brought to the orders database by the
 * next that reaches it, and told of until then.
 */
public final class LocalRecord {
  /** Named one by one. */
  private static final int MOST_NAMED = 20;

  private final Conversation conversation;
  private final Journal journal;

  public LocalRecord(Conversation conversation) {
    this.conversation = conversation;
    this.journal = Reach.journal(conversation);
  }

  /**
   * Merges everything, in its order, where the schema is installed.
   *
   * @throws SQLException and nothing is lost: the next one goes on
   */
  public void merge(Connection connection) throws SQLException, JournalUnavailable {
    if (journal.read().unmerged().isEmpty()) {
      return;
    }
    var records = new JournalStore(connection);
    if (records.isThere()) {
      new FreezeStore(connection).merge(Reach.localFreeze(conversation));
      records.merge(journal);
    }
  }

  /** The same, for a command that has something else to do. */
  public List<String> mergedOrTold(Connection connection) {
    try {
      merge(connection);
    } catch (SQLException | JournalUnavailable later) {
      // What is left is told.
    }
    return told();
  }

  /** A sentence for each that no database knows yet, and for what cannot be read. */
  public List<String> told() {
    try {
      JournalReading reading = journal.read();
      var notes = new ArrayList<String>();
      reading.unmerged().stream().limit(MOST_NAMED).map(LocalRecord::sentence).forEach(notes::add);
      int more = reading.unmerged().size() - MOST_NAMED;
      if (more > 0) {
        notes.add("and " + more + " more on this machine only: " + journal.file());
      }
      if (reading.foreign() > 0) {
        notes.add(
            reading.foreign()
                + " entries of "
                + journal.file()
                + " are of another version of metaops and wait for it");
      }
      if (reading.unreadable() > 0) {
        notes.add(
            reading.unreadable()
                + (reading.unreadable() == 1 ? " line of " : " lines of ")
                + journal.file()
                + " cannot be read: a crash tore it, and whoever wrote it was never told that it"
                + " was recorded");
      }
      return List.copyOf(notes);
    } catch (JournalUnavailable unreadable) {
      return List.of(unreadable.sentence());
    }
  }

  private static String sentence(JournalEntry entry) {
    return "on this machine only, not in the orders database yet: "
        + entry.at()
        + " "
        + entry.kind().word()
        + " by "
        + Page.printable(entry.actor())
        + (entry.body().isEmpty() ? "" : " " + Page.printable(entry.body().toString()));
  }
}
