package dev.metaops.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.freeze.FreezeStore;
import dev.metaops.freeze.LocalFreeze;
import dev.metaops.journal.Journal;
import dev.metaops.store.Database;
import dev.metaops.testing.TestPostgres;
import dev.metaops.time.SystemTicker;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the listener is told of a freeze this machine recorded while the database was away. */
class FreezeGateTest {
  private static final Database NOBODY =
      new Database(DatabaseUrl.of("postgres://k:p@127.0.0.1:1/d"), "test", SystemTicker.SYSTEM);

  @TempDir Path directory;
  private LocalFreeze local;

  @BeforeEach
  void openJournal() {
    local = new LocalFreeze(new Journal(directory, SystemTicker.SYSTEM));
  }

  private FreezeGate gate(Database orders) {
    return new FreezeGate(local, orders, SystemTicker.SYSTEM);
  }

  @Test
  void isOpenWhileNothingWasRecordedHereWhateverTheDatabaseDoes() {
    assertThat(gate(NOBODY).shutBecause()).isEmpty();
  }

  @Test
  void isShutWhileTheDatabaseCannotBeTold() throws Exception {
    local.freeze("kim", "rows look wrong");

    assertThat(gate(NOBODY).shutBecause().orElseThrow())
        .contains("frozen on this machine by kim (rows look wrong)")
        .contains("connection refused");
  }

  @Test
  void tellsTheDatabaseOnceAndLeavesTheRestToIt() throws Exception {
    Database orders = TestPostgres.withOrdersSchema();
    local.freeze("kim", "rows look wrong");

    assertThat(gate(orders).shutBecause()).isEmpty();
    assertThat(gate(orders).shutBecause()).isEmpty();

    try (Connection connection = orders.connect(TestPostgres.minute())) {
      assertThat(new FreezeStore(connection).held())
          .singleElement()
          .satisfies(held -> assertThat(held.reason()).isEqualTo("rows look wrong"));
    }
  }

  @Test
  void aLiftingRecordedHereReachesTheDatabaseToo() throws Exception {
    Database orders = TestPostgres.withOrdersSchema();
    local.freeze("kim", "rows look wrong");
    gate(orders).shutBecause();
    local.unfreeze("kim", "they are right");

    assertThat(gate(orders).shutBecause()).isEmpty();

    try (Connection connection = orders.connect(TestPostgres.minute())) {
      assertThat(new FreezeStore(connection).held()).isEmpty();
    }
  }
}
