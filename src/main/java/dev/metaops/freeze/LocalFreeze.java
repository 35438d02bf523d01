package dev.metaops.freeze;

import dev.metaops.journal.Journal;
import dev.metaops.journal.JournalEntry;
import dev.metaops.journal.JournalKind;
import dev.metaops.journal.JournalReading;
import dev.metaops.journal.JournalUnavailable;
import java.util.List;
import java.util.Map;

/**
 * Freezes and their lifting as this machine's journal holds them. Whoever writes order rows asks
 * {@link #standing} before each write, and where the database answers, {@link FreezeStore#merge}
 * comes first. Thread-safe; cheap enough to ask before every batch.
 */
public final class LocalFreeze {
  static final String REASON = "reason";

  private final Journal journal;

  public LocalFreeze(Journal journal) {
    this.journal = journal;
  }

  /** Holds from the moment this returns. */
  public JournalEntry freeze(String actor, String reason) throws JournalUnavailable {
    return journal.append(JournalKind.FREEZE, actor, Map.of(REASON, reason));
  }

  /** Lifts every freeze recorded until now, once the orders database knows. */
  public JournalEntry unfreeze(String actor, String reason) throws JournalUnavailable {
    return journal.append(JournalKind.UNFREEZE, actor, Map.of(REASON, reason));
  }

  /** By what is not merged yet; the last word counts. */
  public Standing standing() {
    try {
      Standing standing = new Standing.Free();
      for (JournalEntry entry : unmerged()) {
        standing =
            entry.kind() == JournalKind.FREEZE
                ? new Standing.Frozen(
                    entry.actor(), entry.body().getOrDefault(REASON, ""), entry.at())
                : new Standing.Free();
      }
      return standing;
    } catch (JournalUnavailable e) {
      return new Standing.Unreadable(e.sentence());
    }
  }

  /** What {@link FreezeStore#merge} would do, in order. */
  public List<JournalEntry> unmerged() throws JournalUnavailable {
    return reading().unmerged().stream().filter(entry -> entry.kind().isFreeze()).toList();
  }

  JournalReading reading() throws JournalUnavailable {
    return journal.read();
  }

  void merged(JournalEntry entry) throws JournalUnavailable {
    journal.markMerged(entry.id());
  }
}
