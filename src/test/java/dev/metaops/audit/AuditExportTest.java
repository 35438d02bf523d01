package dev.metaops.audit;

import static dev.metaops.audit.RecordedOrders.records;
import static dev.metaops.audit.RecordedOrders.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.SettableTicker;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
@SuppressWarnings("NullAway.Init")
class AuditExportTest {
  private static final int RECORDS = 700;
  private static final int FLIPS = Integer.getInteger("metaops.flips", 300);

  @TempDir private static Path data;
  @TempDir private Path directory;
  private static RecordedOrders orders;
  private static RecordStore store;
  private static AuditDirectory kept;
  private static List<VerifierKey> known;

  @BeforeAll
  static void records700() throws Exception {
    orders = new RecordedOrders();
    Connection session = orders.session("psql");
    store = new RecordStore(session);
    var checkpointer = new Checkpointer(data, new SettableTicker());
    for (int count : List.of(10, 290, RECORDS - 300)) {
      records(session, count);
      if (count == 290) {
        run(
            session,
            "SELECT metaops.append_record('refusal', 'o-1', 'kim',"
                + " jsonb_build_object('why', repeat('x', 70000)))");
      }
      store.sealStep();
      checkpointer.now(store);
    }
    checkpointer.rotate(store);
    records(session, 1);
    store.sealStep();
    checkpointer.now(store);
    kept = AuditDirectory.of(data, store.logId());
    known = List.of(kept.keys().getFirst());
  }

  @AfterAll
  static void close() throws SQLException {
    orders.close();
  }

  @Test
  void anExportIsTilesAndVerifiesWithThePublicKeyAlone() throws Exception {
    Path export = export();
    assertThat(names(export))
        .containsExactlyInAnyOrder(
            "checkpoint",
            "checkpoints.jsonl",
            "keys",
            "tile/0/000",
            "tile/0/001",
            "tile/0/002.p/190",
            "tile/1/000.p/2",
            "tile/entries/000",
            "tile/long-entries/001",
            "tile/entries/002.p/190");
    AuditReport report = new ExportedLog(export, known).check().orElseThrow();
    assertThat(report.first()).isEmpty();
    assertThat(report.sealed()).isEqualTo(RECORDS + 2);
    assertThat(report.coverage().agreeing()).isEqualTo(5);
  }

  @Test
  void withoutTheKeyItIsUnverifiableWhateverTheDirectorySaysOfItself() throws Exception {
    SigningKey stranger = SigningKey.generate(kept.origin());
    AuditReport report =
        new ExportedLog(export(), List.of(stranger.verifier())).check().orElseThrow();
    assertThat(report.verdict()).isEqualTo(Verdict.UNVERIFIABLE);
    assertThat(report.counts()).containsOnlyKeys(Damage.UNKNOWN_KEY, Damage.NO_CHECKPOINT);
  }

  @Test
  void anyFlippedBitAnywhereIsFound() throws Exception {
    Path export = export();
    long seed = Long.getLong("metaops.seed", SystemTicker.SYSTEM.nanos());
    System.out.println("flips in an export: -Dmetaops.seed=" + seed);
    var random = new SplittableRandom(seed);
    List<String> names = names(export).stream().filter(name -> !name.equals("keys")).toList();
    for (int flip = 0; flip < FLIPS; flip++) {
      String name = names.get(random.nextInt(names.size()));
      Path file = export.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      byte[] flipped = whole.clone();
      int place = random.nextInt(whole.length);
      flipped[place] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, flipped);
      var report = new ExportedLog(export, known).check();
      assertThat(report.map(AuditReport::isClean).orElse(false))
          .as("seed %d: %s at %d", seed, name, place)
          .isFalse();
      Files.write(file, whole);
    }
    assertThat(new ExportedLog(export, known).check().orElseThrow().isClean()).isTrue();
  }

  @Test
  void aChangedEntryIsNamedByItsNumber() throws Exception {
    Path export = export();
    Path file = export.resolve("tile/entries/002.p/190");
    byte[] bytes = Files.readAllBytes(file);
    bytes[10] ^= 1;
    Files.write(file, bytes);
    AuditReport report = new ExportedLog(export, known).check().orElseThrow();
    assertThat(report.verdict()).isEqualTo(Verdict.TAMPERED);
    assertThat(report.first()).singleElement().returns(Damage.CONTENT, Discrepancy::damage);
    assertThat(report.first().getFirst().seq()).hasValue(513);
  }

  @Test
  void aMissingTileIsUnverifiable() throws Exception {
    Path export = export();
    Files.delete(export.resolve("tile/0/001"));
    AuditReport report = new ExportedLog(export, known).check().orElseThrow();
    assertThat(report.verdict()).isEqualTo(Verdict.UNVERIFIABLE);
    assertThat(report.first().getFirst().sentence()).startsWith("tile/0/001 is not there");
  }

  @Test
  void noLinkIsFollowedOutOfIt() throws Exception {
    Path export = export();
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.move(export.resolve("tile/entries"), outside.resolve("entries"));
    Files.createSymbolicLink(export.resolve("tile/entries"), outside.resolve("entries"));
    AuditReport report = new ExportedLog(export, known).check().orElseThrow();
    assertThat(report.counts()).containsKey(Damage.MISSING_TILE);
  }

  @Test
  void aDirectoryWithSomethingInItIsLeftAlone() throws Exception {
    Path taken = Files.createDirectory(directory.resolve("taken"));
    Files.writeString(taken.resolve("mine"), "mine");
    assertThat(new AuditExport(taken, kept).write(store))
        .isInstanceOf(AuditExport.Outcome.Refused.class);
    assertThat(names(taken)).containsExactly("mine");
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertThat(new AuditExport(empty, kept).write(store))
        .isInstanceOf(AuditExport.Outcome.Written.class);
    assertThat(new AuditExport(empty, kept).write(store))
        .isInstanceOf(AuditExport.Outcome.Refused.class);
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("taken", "empty");
    }
  }

  @Test
  void recordsThatAreNotTheCheckpointsAreNotExported() throws Exception {
    Connection attacker = orders.session("psql");
    run(attacker, "ALTER TABLE metaops.record DISABLE TRIGGER append_only");
    run(attacker, "UPDATE metaops.record SET entry = replace(entry, 'kim', 'eve') WHERE id = 9");
    Path export = directory.resolve("export");
    assertThat(new AuditExport(export, kept).write(store))
        .isInstanceOf(AuditExport.Outcome.Damaged.class);
    assertThat(export).doesNotExist();
    run(attacker, "UPDATE metaops.record SET entry = replace(entry, 'eve', 'kim') WHERE id = 9");
  }

  @Test
  void tilesAreWhereTheSpecificationPutsThem() {
    assertThat(Tiles.path(0, 1_234_067, 256)).isEqualTo("tile/0/x001/x234/067");
    assertThat(Tiles.path(1, 273, 17)).isEqualTo("tile/1/273.p/17");
    assertThat(Tiles.entries(1_000, 112)).isEqualTo("tile/entries/x001/000.p/112");
  }

  @Test
  void aTreeOf70000IsCutAsTheSpecificationSays() throws Exception {
    var widths = new java.util.TreeMap<String, Integer>();
    var tiles =
        new Tiles((level, _, hashes) -> widths.merge(level + "/" + hashes.size(), 1, Integer::sum));
    for (int n = 0; n < 70_000; n++) {
      tiles.add(AuditChain.START);
    }
    tiles.end();
    assertThat(widths)
        .isEqualTo(java.util.Map.of("0/256", 273, "0/112", 1, "1/256", 1, "1/17", 1, "2/1", 1));
  }

  private Path export() throws SQLException, IOException {
    Path export = directory.resolve("export");
    assertThat(new AuditExport(export, kept).write(store))
        .isInstanceOf(AuditExport.Outcome.Written.class);
    return export;
  }

  private static List<String> names(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
