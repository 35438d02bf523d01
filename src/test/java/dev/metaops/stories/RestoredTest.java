package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.main.Main;
import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.store.Database;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestRegistry;
import dev.metaops.testing.TestVenue;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files of the orders database are put back to what they were, under everything else. */
@Timeout(240)
@SuppressWarnings("NullAway.Init")
class RestoredTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String NOW = "2026-11-30T02:40:00Z";

  @AutoClose private final TestChain chain = TestChain.start();
  private final TestRegistry registry = chain.deployRegistry();
  private final Database ops = TestPostgres.emptyDatabase();
  @TempDir private Path directory;

  private EmbeddedPostgres server;
  private TestVenue venue;
  private int runs;
  private String people = "";

  private Path files() {
    return directory.resolve("patient");
  }

  private Path backup() {
    return directory.resolve("backup");
  }

  private void startServer() throws Exception {
    server =
        EmbeddedPostgres.open(
            files(),
            Path.of("target").toAbsolutePath().resolve("postgres-binaries"),
            SystemTicker.SYSTEM,
            _ -> {});
    server.createDatabaseIfAbsent("venue");
    TestVenue.forgetConnection();
    venue =
        new TestVenue(
            chain,
            registry,
            new Database(
                DatabaseUrl.of(server.instance().secretUrl("venue")), "test", SystemTicker.SYSTEM));
  }

  @AfterEach
  void stopServer() throws Exception {
    server.close();
  }

  private static void copy(Path from, Path to) throws IOException, InterruptedException {
    Process copying =
        new ProcessBuilder("cp", "-a", from.toString(), to.toString()).inheritIO().start();
    assertThat(copying.waitFor()).isZero();
  }

  private void backUp() throws Exception {
    server.close();
    copy(files(), backup());
    startServer();
  }

  private void restore() throws Exception {
    server.close();
    Files.move(files(), directory.resolve("lost"));
    copy(backup(), files());
    startServer();
  }

  private Map<String, String> environment() throws IOException {
    return environment("data");
  }

  /** At a machine with its own data directory. */
  private Map<String, String> environment(String machine) throws IOException {
    Path file = directory.resolve("own.toml");
    Files.writeString(file, "[orders]\nmode = \"own\"\n" + people);
    return Map.of(
        "DATABASE_URL", venue.orders().url().secretText(),
        "OPS_DATABASE_URL", ops.url().secretText(),
        "RPC_URL", chain.url(),
        "RPC_WS_URL", chain.webSocketUrl(),
        "ESCROW_CONTRACT_ADDRESS", registry.address().text(),
        "METAOPS_DATA_DIR", directory.resolve(machine).toString(),
        "METAOPS_CONFIG", file.toString());
  }

  private ServeProcess serve() throws IOException {
    return ServeProcess.start(
        Main.class.getName(),
        List.of("serve"),
        environment(),
        directory.resolve("serve-" + ++runs + ".log"));
  }

  private record Said(int exit, String text) {}

  private Said types(String... words) throws IOException {
    return typesAt("data", words);
  }

  /** Whoever is to stand behind a restoration: kim where serve runs, lee at another machine. */
  private void kimAndLeeAreConfigured() throws IOException {
    List<String> keys = new ArrayList<>();
    for (var person : Map.of("kim", "data", "lee", "lees").entrySet()) {
      Said made = typesAt(person.getValue(), "people", "key", person.getKey());
      keys.add(
          made.text()
              .lines()
              .filter(line -> line.startsWith("keys = "))
              .findFirst()
              .orElseThrow()
              .replaceAll("^keys = \\[|\\]$", ""));
    }
    people = "[people]\nkeys = [" + String.join(", ", keys) + "]\napprovers = [\"kim\", \"lee\"]\n";
  }

  /** Lee first; what kim is told, at whose machine the checkpoints are kept. */
  private Said vouchedByBoth() throws IOException {
    String[] line = {"db", "restored", "disk died", "--to", NOW, "--execute"};
    Said first = typesAt("lees", line);
    assertThat(first.exit()).as(first.text()).isEqualTo(1);
    assertThat(first.text()).contains("lee vouched for it", "Waits for 1 more to approve it: kim");
    return types(line);
  }

  private Said typesAt(String machine, String... words) throws IOException {
    try (ServeProcess process =
        ServeProcess.start(
            Main.class.getName(),
            List.of(words),
            environment(machine),
            directory.resolve("run-" + ++runs + ".log"))) {
      return new Said(process.awaitEnd(SOON), process.output());
    }
  }

  private void end(ServeProcess serve) {
    serve.process().destroy();
    serve.awaitEnd(SOON);
  }

  private void release(Terms terms) {
    chain.finalizeBlock(registry.release(RegistryContract.key(terms)).block());
  }

  private String inStore(String sql) throws SQLException {
    try (var connection = ops.connect(TestPostgres.minute());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "";
    }
  }

  /** Everything sealed is covered by a checkpoint, and our own store remembers as much. */
  private void awaitRemembered(ServeProcess serve) {
    boolean isSo = ServeProcess.becomes(Duration.ofSeconds(30), () -> remembered().equals(there()));
    assertThat(isSo)
        .as(() -> "remembered " + remembered() + ", there " + there() + "\n" + serve.output())
        .isTrue();
  }

  private String there() {
    return venue.one(
        "SELECT h.seq || ' ' || s.settled_number || ' 0' FROM metaops.seal_head h, metaops.stream"
            + " s");
  }

  private String remembered() {
    try {
      return inStore("SELECT seals || ' ' || settled || ' ' FROM metaops_ops.orders_mark")
          + venue.one("SELECT count(*) FROM metaops.unsealed");
    } catch (SQLException notYet) {
      return String.valueOf(notYet.getMessage());
    }
  }

  /** An order whose row is PENDING, before the backup. */
  private Terms before;

  /** One that is placed after it. */
  private Terms after;

  private void goneBack() throws Exception {
    startServer();
    kimAndLeeAreConfigured();
    try (ServeProcess serve = serve()) {
      serve.await("at the head", SOON, () -> serve.output().contains("at its head"));
      before = venue.order("o-before");
      registry.create(before);
      serve.await("pending", SOON, () -> venue.state("o-before").equals("PENDING"));
      venue.execute("UPDATE public.orders SET notes = 'called' WHERE id = 'o-before'");
      awaitRemembered(serve);
      end(serve);
    }
    backUp();
    try (ServeProcess serve = serve()) {
      serve.await("at the head", SOON, () -> serve.output().contains("at its head"));
      release(before);
      serve.await("settled", SOON, () -> venue.state("o-before").equals("SETTLED"));
      after = venue.order("o-after");
      registry.create(after);
      chain.finalizeBlock(chain.latest().ref());
      serve.await("pending", SOON, () -> venue.state("o-after").equals("PENDING"));
      venue.execute("UPDATE public.orders SET notes = 'promised' WHERE id = 'o-before'");
      assertThat(types("freeze", "an hour").exit()).isZero();
      assertThat(types("unfreeze", "all well").exit()).isZero();
      awaitRemembered(serve);
      end(serve);
    }
    // An intervention makes a checkpoint at once.
    assertThat(types("audit", "verify").exit()).isZero();
    restore();
  }

  @Test
  void rollBackToBackup() throws Exception {
    goneBack();
    assertThat(venue.state("o-before")).isEqualTo("PENDING");
    try (ServeProcess serve = serve()) {
      serve.await(
          "found out",
          SOON,
          () -> serve.output().contains("THE ORDERS DATABASE CAME BACK FROM A BACKUP"));
      serve.await("at the head", SOON, () -> serve.output().contains("at its head"));
      assertThat(venue.all("SELECT code, severity FROM metaops.finding WHERE cleared_at IS NULL"))
          .contains("orders-db-went-back|P1");
      serve.await(
          "read again",
          SOON,
          () ->
              venue
                  .one(
                      "SELECT s.settled_number >= w.remembered FROM metaops.stream s,"
                          + " metaops.went_back w")
                  .equals("t"));
      assertThat(venue.one("SELECT folded_state FROM metaops.order_status")).isEqualTo("SETTLED");
      assertThat(venue.state("o-before")).isEqualTo("PENDING");

      Said fix = types("order", "fix", "o-before", "SETTLED", "hung", "--execute");
      assertThat(fix.exit()).as(fix.text()).isEqualTo(4);
      assertThat(fix.text()).contains("CAME BACK FROM A BACKUP", "metaops db restored --to");
      assertThat(types("unfreeze").text()).contains("metaops db restored --to");
      Said status = types("status");
      assertThat(status.text()).contains("came back from a backup", "FROZEN");
      assertThat(venue.state("o-before")).isEqualTo("PENDING");
      Said verify = types("audit", "verify");
      assertThat(verify.exit()).as(verify.text()).isEqualTo(2);
      assertThat(verify.text()).contains("WENT BACK");

      Said shown = types("db", "restored", "--to", NOW);
      assertThat(shown.exit()).as(shown.text()).isEqualTo(1);
      assertThat(shown.text())
          .contains(
              "NOTHING WAS CHANGED",
              "1 escrow on chain without an order",
              RegistryContract.key(after).text(),
              "interventions it no longer remembers",
              "notes");
      assertThat(venue.one("SELECT count(*) FROM metaops.freeze WHERE lifted_at IS NULL"))
          .isEqualTo("1");

      long remembered = Long.parseLong(venue.one("SELECT epoch FROM metaops.went_back"));
      Said restored = vouchedByBoth();
      assertThat(restored.exit()).as(restored.text()).isEqualTo(1);
      assertThat(restored.text()).contains("the freeze is lifted");
      serve.await("right again", SOON, () -> venue.state("o-before").equals("SETTLED"));
      assertThat(venue.one("SELECT lease_epoch FROM metaops.stream"))
          .satisfies(epoch -> assertThat(Long.parseLong(epoch)).isGreaterThan(remembered));
      assertThat(venue.all("SELECT code FROM metaops.finding WHERE cleared_at IS NULL"))
          .doesNotContain("orders-db-went-back");
      Said clean = types("audit", "verify");
      assertThat(clean.exit()).as(clean.text()).isZero();
      assertThat(clean.text()).contains("restored, not tampered with", "disk died");
      assertThat(types("db", "restored", "--to", NOW, "--execute").text())
          .contains("nothing to do");

      // And on it goes: what comes after is covered and remembered again.
      venue.execute("UPDATE public.orders SET notes = 'later' WHERE id = 'o-before'");
      awaitRemembered(serve);
      assertThat(types("unfreeze").exit()).isZero();
      end(serve);
    }
    assertThat(types("audit", "export", directory.resolve("export").toString()).exit()).isZero();
    Said exported = types("audit", "verify", "--from", directory.resolve("export").toString());
    assertThat(exported.exit()).as(exported.text()).isZero();
    assertThat(exported.text()).contains("restored, not tampered with");
  }

  @Test
  void beneathARunningServeItIsFoundOutBeforeARowIsWritten() throws Exception {
    startServer();
    kimAndLeeAreConfigured();
    try (ServeProcess serve = serve()) {
      serve.await("at the head", SOON, () -> serve.output().contains("at its head"));
      before = venue.order("o-before");
      registry.create(before);
      serve.await("pending", SOON, () -> venue.state("o-before").equals("PENDING"));
      backUp();
      release(before);
      serve.await("settled", SOON, () -> venue.state("o-before").equals("SETTLED"));
      awaitRemembered(serve);

      restore();

      serve.await("found out", SOON, () -> serve.output().contains("CAME BACK FROM A BACKUP"));
      serve.await(
          "read again",
          SOON,
          () -> venue.one("SELECT folded_state FROM metaops.order_status").equals("SETTLED"));
      assertThat(venue.state("o-before")).isEqualTo("PENDING");
      Said restored = vouchedByBoth();
      assertThat(restored.exit()).as(restored.text()).isZero();
      serve.await("right again", SOON, () -> venue.state("o-before").equals("SETTLED"));
      end(serve);
    }
  }
}
