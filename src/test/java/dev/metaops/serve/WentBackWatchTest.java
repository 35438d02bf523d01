package dev.metaops.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.Conversation;
import dev.metaops.command.Person;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.Where;
import dev.metaops.journal.Journal;
import dev.metaops.journal.JournalKind;
import dev.metaops.listen.Gate;
import dev.metaops.reach.LocalRecord;
import dev.metaops.reach.OrdersMemory;
import dev.metaops.store.Database;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestPostgres;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a restored database from being written, while parts of what remembers it fail. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class WentBackWatchTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Database NOBODY =
      new Database(DatabaseUrl.of("postgres://k:p@127.0.0.1:1/d"), "test", SystemTicker.SYSTEM);

  private final Database orders = TestPostgres.withOrdersSchema();
  private final Database ops = TestPostgres.freshDatabase("db/ops");
  private final List<String> said = new CopyOnWriteArrayList<>();
  @TempDir private Path directory;
  private Path data;
  private String log;

  @BeforeEach
  void nameTheLog() throws Exception {
    data = Files.createDirectories(directory.resolve("data"));
    log = one(orders, "SELECT id FROM metaops.audit_log");
  }

  private WentBackWatch watch(Database database, Optional<Database> store) throws IOException {
    Path file = Files.writeString(directory.resolve("metaops.toml"), "");
    var conversation =
        new Conversation(
            Configuration.read(
                new Where(
                    Map.of("METAOPS_DATA_DIR", data.toString()),
                    Optional.empty(),
                    Optional.of(file),
                    Where.UsualFile.IGNORED,
                    directory,
                    directory)),
            Shared.STANDARD,
            new Nobody(),
            SystemTicker.SYSTEM);
    return new WentBackWatch(
        Gate.OPEN,
        database,
        new OrdersMemory(data, () -> store, SystemTicker.SYSTEM),
        new LocalRecord(conversation),
        said::add,
        SystemTicker.SYSTEM);
  }

  private static final class Nobody implements Person {
    @Override
    public void tell(String sentence) {}

    @Override
    public void show(String line) {}

    @Override
    public Optional<String> ask(String question) {
      return Optional.empty();
    }
  }

  private static void run(Database database, String sql) throws SQLException {
    try (Connection connection = database.connect(TestPostgres.minute());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String one(Database database, String sql) throws SQLException {
    try (Connection connection = database.connect(TestPostgres.minute());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "none";
    }
  }

  private void remembered(int seals) throws SQLException {
    run(
        ops,
        "INSERT INTO metaops_ops.orders_mark VALUES ('"
            + log
            + "', 0, -1, "
            + seals
            + ", '', now())");
  }

  private String freezes() {
    try {
      return one(orders, "SELECT count(*) FROM metaops.freeze WHERE lifted_at IS NULL");
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private void damageCheckpoints() throws IOException {
    Path kept = Files.createDirectories(data.resolve("audit").resolve(log));
    Files.writeString(kept.resolve("checkpoints.jsonl"), "nonsense\n");
  }

  private void whatIsWrittenDownHereCannotBeMerged() throws Exception {
    new Journal(data, SystemTicker.SYSTEM)
        .append(JournalKind.SERVICE_RESTART, "kim", Map.of("service", "listener"));
    run(
        orders,
        """
        CREATE FUNCTION public.full() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON metaops.record FOR EACH ROW
          WHEN (NEW.kind = 'journal') EXECUTE FUNCTION public.full()\
        """);
  }

  private void goesOnUntil(WentBackWatch watch, BooleanSupplier check) throws Exception {
    Thread running = Thread.ofPlatform().daemon().start(watch);
    try {
      assertThat(ServeProcess.becomes(SOON, check)).as(() -> said.toString()).isTrue();
    } finally {
      running.interrupt();
      running.join(SOON);
    }
  }

  @Test
  void opensWhereNothingIsRememberedYet() throws Exception {
    WentBackWatch watch = watch(orders, Optional.empty());
    watch.opened();
    assertThat(watch.shutBecause()).isEmpty();
    assertThat(said).isEmpty();
  }

  @Test
  void aJournalThatCannotBeMergedKeepsNeitherTheFreezeNorTheMemoryFromGoingOn() throws Exception {
    whatIsWrittenDownHereCannotBeMerged();
    goesOnUntil(
        watch(orders, Optional.of(ops)),
        () -> said.stream().anyMatch(each -> each.contains("waits here")));
    assertThat(one(ops, "SELECT seals FROM metaops_ops.orders_mark")).isEqualTo("0");
    run(ops, "DELETE FROM metaops_ops.orders_mark");
    remembered(9);

    goesOnUntil(watch(orders, Optional.of(ops)), () -> freezes().equals("1"));
  }

  @Test
  void damagedCheckpointsKeepNobodyFromAskingOurStore() throws Exception {
    damageCheckpoints();
    remembered(9);
    WentBackWatch watch = watch(orders, Optional.of(ops));

    watch.opened();

    assertThat(freezes()).isEqualTo("1");
    assertThat(watch.shutBecause()).isEmpty(); // The database says no itself.
  }

  @Test
  void isShutWhileNothingThatRemembersCanBeReadAndSaysWhatToDo() throws Exception {
    damageCheckpoints();
    WentBackWatch watch = watch(orders, Optional.empty());
    watch.opened();
    watch.opened();
    assertThat(watch.shutBecause().orElseThrow())
        .contains(
            "nobody can tell", "checkpoints.jsonl can be believed", "move that directory away");
    assertThat(said).hasSize(1);

    Files.move(data.resolve("audit").resolve(log), directory.resolve("evidence"));
    watch.opened();
    assertThat(watch.shutBecause()).isEmpty();
  }

  @Test
  void isShutWhileTheFreezeCannotBeWrittenAndOpenAfterACleanLook() throws Exception {
    remembered(9);
    run(orders, "ALTER FUNCTION metaops_api.freeze RENAME TO gone");
    WentBackWatch watch = watch(orders, Optional.of(ops));
    watch.opened();
    assertThat(watch.shutBecause().orElseThrow()).contains("CAME BACK FROM A BACKUP");

    run(ops, "DELETE FROM metaops_ops.orders_mark");
    watch.opened();

    assertThat(watch.shutBecause()).isEmpty();
    assertThat(freezes()).isEqualTo("0");
  }

  @Test
  void isShutWhileTheDatabaseCannotBeAsked() throws Exception {
    WentBackWatch watch = watch(NOBODY, Optional.empty());
    watch.opened();
    assertThat(watch.shutBecause().orElseThrow()).contains("nobody can tell");
  }
}
