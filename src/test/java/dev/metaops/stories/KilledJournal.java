package dev.metaops.stories;

import dev.metaops.audit.JournalStore;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.freeze.FreezeStore;
import dev.metaops.freeze.LocalFreeze;
import dev.metaops.journal.Journal;
import dev.metaops.journal.JournalKind;
import dev.metaops.journal.JournalUnavailable;
import dev.metaops.store.Database;
import dev.metaops.testing.TestPostgres;
import dev.metaops.time.SystemTicker;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/**
 * Writes interventions down and merges them, both without a pause, until it is killed; says the id
 * of each once it was told that it is written. When either breaks it ends with {@link #BROKE}, for
 * whoever expects it to end only by being killed.
 */
final class KilledJournal {
  private static final int BROKE = 3;

  private KilledJournal() {}

  public static void main(String[] arguments) throws Exception {
    Thread.setDefaultUncaughtExceptionHandler((_, broke) -> end(broke));
    var journal = new Journal(Path.of(arguments[0]), SystemTicker.SYSTEM);
    var database = new Database(DatabaseUrl.of(arguments[1]), "journal", SystemTicker.SYSTEM);
    Connection connection = database.connect(TestPostgres.minute());
    Thread.ofPlatform().daemon().start(() -> merge(journal, connection));
    JournalKind[] kinds = JournalKind.values();
    for (int n = 0; ; n++) {
      JournalKind kind = kinds[n % kinds.length];
      var entry = journal.append(kind, "kim", Map.of("n", String.valueOf(n), "reason", "drill"));
      System.out.println("wrote " + kind.word() + " " + entry.id());
    }
  }

  private static void merge(Journal journal, Connection connection) {
    try {
      while (true) {
        if (new JournalStore(connection).merge(journal) > 0) {
          System.out.println("merged some");
        }
        new FreezeStore(connection).merge(new LocalFreeze(journal));
      }
    } catch (SQLException | JournalUnavailable broke) {
      end(broke);
    }
  }

  private static void end(Throwable broke) {
    broke.printStackTrace();
    Runtime.getRuntime().halt(BROKE);
  }
}
