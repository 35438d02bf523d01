package dev.metaops.freeze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.journal.Journal;
import dev.metaops.journal.JournalEntry;
import dev.metaops.store.Database;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreezeStoreTest {
  private final SettableTicker ticker = new SettableTicker();
  private final Database database = TestPostgres.withOrdersSchema();

  private LocalFreeze machine(Path directory) {
    return new LocalFreeze(new Journal(directory, ticker));
  }

  private static List<String> records(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT string_agg(kind || ' ' || actor, ', ' ORDER BY id) FROM metaops.record")) {
      rows.next();
      String all = rows.getString(1);
      return all == null ? List.of() : List.of(all.split(", ", -1));
    }
  }

  @Test
  void aFreezeHoldsLocallyAtOnceAndIsMergedExactlyOnce(@TempDir Path directory) throws Exception {
    LocalFreeze local = machine(directory);
    JournalEntry entry = local.freeze("kim", "rows look odd");
    assertThat(local.standing()).isEqualTo(new Standing.Frozen("kim", "rows look odd", entry.at()));
    try (Connection connection = database.connect(TestPostgres.minute())) {
      var store = new FreezeStore(connection);
      assertThat(store.merge(local)).isEqualTo(1);
      assertThat(store.merge(local)).isZero();
      assertThat(local.standing()).isEqualTo(new Standing.Free());
      assertThat(store.held())
          .containsExactly(new FreezeStore.Held(entry.id(), "kim", "rows look odd", entry.at()));
      assertThat(records(connection)).containsExactly("freeze kim");
    }
  }

  @Test
  void aMergeThatWasKilledBeforeItCouldBeMarkedIsRepeatedWithoutEffect(@TempDir Path directory)
      throws Exception {
    LocalFreeze local = machine(directory);
    JournalEntry entry = local.freeze("kim", "rows look odd");
    try (Connection connection = database.connect(TestPostgres.minute())) {
      var store = new FreezeStore(connection);
      store.freeze(entry.id(), "kim", "rows look odd", entry.at());
      assertThat(store.merge(local)).isEqualTo(1);
      assertThat(store.held()).hasSize(1);
      assertThat(records(connection)).containsExactly("freeze kim");
    }
  }

  @Test
  void theLastWordCountsAndALiftingNeverReachesALaterFreeze(@TempDir Path one, @TempDir Path other)
      throws Exception {
    LocalFreeze first = machine(one);
    first.freeze("kim", "odd");
    ticker.advance(Duration.ofMinutes(1));
    first.unfreeze("kim", "was nothing");
    assertThat(first.standing()).isEqualTo(new Standing.Free());
    ticker.advance(Duration.ofMinutes(1));
    LocalFreeze second = machine(other);
    second.freeze("lee", "now really");
    try (Connection connection = database.connect(TestPostgres.minute())) {
      var store = new FreezeStore(connection);
      store.merge(second);
      store.merge(first);
      assertThat(store.held()).extracting(FreezeStore.Held::actor).containsExactly("lee");
    }
  }

  @Test
  void aJournalThatCannotBeReadIsNotFree(@TempDir Path directory) throws Exception {
    java.nio.file.Files.createDirectory(directory.resolve("journal.jsonl"));
    assertThat(machine(directory).standing()).isInstanceOf(Standing.Unreadable.class);
  }
}
