package dev.metaops.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.audit.Checkpointer;
import dev.metaops.audit.RecordStore;
import dev.metaops.finding.Finding;
import dev.metaops.finding.Findings;
import dev.metaops.store.Database;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("NullAway.Init")
class SealLoopTest {
  @TempDir private Path directory;
  private final SettableTicker ticker = new SettableTicker();
  private final List<String> said = new ArrayList<>();
  private final List<String> raised = new ArrayList<>();
  private final List<String> cleared = new ArrayList<>();
  private final Database database = TestPostgres.withOrdersSchema();

  @Test
  void aRewrittenRecordIsSaidOnceRaisedEveryMinuteAndNotSignedOver() throws Exception {
    try (Connection connection = database.connect(TestPostgres.minute())) {
      var records = new RecordStore(connection);
      SealLoop loop = loop(directory);
      run(connection, "SELECT metaops_api.freeze('f1', 'kim', 'odd', now())");
      loop.step(records);
      assertThat(cleared).containsExactly(SealLoop.BROKEN, SealLoop.NOT_KEPT);
      run(
          connection,
          "ALTER TABLE metaops.seal DISABLE TRIGGER append_only;"
              + " UPDATE metaops.seal SET chain = sha256('x')");
      loop.step(records);
      loop.step(records);
      assertThat(raised).containsExactly(SealLoop.BROKEN);
      assertThat(said).singleElement().asString().contains("seal 1 was", "audit verify");
      ticker.advance(Duration.ofSeconds(60));
      loop.step(records);
      assertThat(raised).hasSize(2);
      assertThat(said).hasSize(1);
    }
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsAFindingUntilItCan() throws Exception {
    Path taken = Files.createFile(directory.resolve("data"));
    try (Connection connection = database.connect(TestPostgres.minute())) {
      var records = new RecordStore(connection);
      SealLoop loop = loop(taken);
      run(connection, "SELECT metaops_api.freeze('f1', 'kim', 'odd', now())");
      loop.step(records);
      assertThat(raised).containsExactly(SealLoop.NOT_KEPT);
      Files.delete(taken);
      loop.step(records);
      assertThat(cleared).containsExactly(SealLoop.BROKEN, SealLoop.NOT_KEPT);
      assertThat(said).last().isEqualTo("checkpoints are kept again");
    }
  }

  private SealLoop loop(Path data) {
    return new SealLoop(
        database,
        new Checkpointer(data, ticker),
        new Findings() {
          @Override
          public void raise(Finding finding) {
            raised.add(finding.code());
          }

          @Override
          public void onlyThese(String code, Collection<String> fingerprints) {
            cleared.add(code);
          }
        },
        said::add,
        ticker);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
