package dev.metaops.audit;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.store.Database;
import dev.metaops.store.Migrations;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@code bench/run audit}: what records cost those who write them, what tampering is found, whether
 * others agree, and how long the command as typed takes over a long record. Records come by the
 * product's own append, sealer and maker of checkpoints.
 */
public final class AuditBench {
  private static final double TARGET_SECONDS = 10;
  private static final double TARGET_FIXES = 1_000;
  private static final double TARGET_P99 = 15;

  /** As many as the machine has processors. */
  private static final int SESSIONS = 2;

  private static final double TARGET_MORE = 10;
  private static final int COST_RUNS = 5;
  private static final String HEAP = "-Xmx512m";
  private static final int AT_ONCE = 10_000;

  /** What it measures, one after the other. */
  private enum Part {
    FIXES,
    LISTENER,
    TAMPERING,
    OTHERS,
    VERIFY
  }

  private AuditBench() {}

  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    Path directory = Path.of(arguments[1]);
    int records = 1_000_000;
    int runs = 5;
    int tamperings = 10_000;
    int fixes = 6_000;
    var parts = List.of(Part.values());
    for (int at = 2; at < arguments.length; at++) {
      switch (arguments[at]) {
        case "--fresh" -> new ProcessBuilder("rm", "-rf", directory.toString()).start().waitFor();
        case "--records" -> records = Integer.parseInt(arguments[++at]);
        case "--runs" -> runs = Integer.parseInt(arguments[++at]);
        case "--tamperings" -> tamperings = Integer.parseInt(arguments[++at]);
        case "--fixes" -> fixes = Integer.parseInt(arguments[++at]);
        case "--only" -> parts = Stream.of(arguments[++at].split(",")).map(Part::valueOf).toList();
        default -> {
          System.err.println(
              "bench audit: "
                  + arguments[at]
                  + " (expected: --fresh, --records N, --runs N, --tamperings N, --fixes N,"
                  + " --only FIXES,LISTENER,TAMPERING,OTHERS,VERIFY)");
          System.exit(64);
        }
      }
    }
    Files.createDirectories(directory);
    boolean isMet;
    try (EmbeddedPostgres server =
        EmbeddedPostgres.open(
            directory.resolve("postgres"), SystemTicker.SYSTEM, line -> say("%s", line))) {
      isMet = true;
      for (Part part : parts) {
        isMet &=
            switch (part) {
              case FIXES -> areFixed(server, fixes);
              case LISTENER -> isCheap(server);
              case TAMPERING -> isFound(server, directory, tamperings);
              case OTHERS -> isAgreed(server, root, directory);
              case VERIFY -> isVerified(server, directory, records, runs);
            };
      }
    }
    System.exit(isMet ? 0 : 1);
  }

  private static Database empty(EmbeddedPostgres server, String name) throws Exception {
    server.createDatabaseIfAbsent(name);
    return new Database(
        DatabaseUrl.of(server.instance().secretUrl(name)), "metaops bench", SystemTicker.SYSTEM);
  }

  private static Database database(EmbeddedPostgres server, String name) throws Exception {
    Database database = empty(server, name);
    Migrations.apply(
        database, "db/orders", Deadline.in(Duration.ofMinutes(2), SystemTicker.SYSTEM));
    return database;
  }

  private static Database fresh(EmbeddedPostgres server, String name) throws Exception {
    try (Connection connection = empty(server, "audit_any").connect(minutes())) {
      RecordedOrders.run(connection, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }
    return database(server, name);
  }

  private static Deadline minutes() {
    return Deadline.in(Duration.ofMinutes(10), SystemTicker.SYSTEM);
  }

  private static boolean areFixed(EmbeddedPostgres server, int fixes) throws Exception {
    Database database = fresh(server, "audit_fixes");
    try (Connection owner = database.connect(minutes())) {
      var audited = new AuditedFixes(database, owner);
      audited.unpaced(AuditedFixes.Writers.withTheirOwn(8), fixes / 4);
      for (int writers : List.of(1, 8, 32)) {
        say(
            audited.unpaced(AuditedFixes.Writers.withTheirOwn(writers), fixes),
            "as fast as they can");
      }
      var sharing = new AuditedFixes.Writers(32, SESSIONS);
      AuditedFixes.Measured fast = audited.unpaced(sharing, fixes);
      say(fast, "as fast as they can");
      AuditedFixes.Measured paced = audited.paced(sharing, fixes, (int) TARGET_FIXES);
      say(paced, "1,000 due a second");
      AuditReport report = new RecordStore(owner).verify();
      boolean isMet =
          fast.perSecond() >= TARGET_FIXES && paced.p99() <= TARGET_P99 && report.isClean();
      say(
          "audit: %s: 32 writers, %d sessions: %,.0f audited fixes/s (≥ 1,000), p99 %.1f ms at"
              + " 1,000/s (≤ 15); %,d records, %s",
          isMet ? "met" : "NOT MET",
          SESSIONS,
          fast.perSecond(),
          paced.p99(),
          report.sealed(),
          report.isClean() ? "all as they were written" : "NOT CLEAN");
      return isMet;
    }
  }

  private static void say(AuditedFixes.Measured measured, String how) {
    say(
        "  %2d writers, %2d sessions, %s: %,.0f fixes/s, p50 %.1f ms, p99 %.1f ms, %.2f ms of the"
            + " database's processor time each",
        measured.writers().count(),
        measured.writers().sessions(),
        how,
        measured.perSecond(),
        measured.p50(),
        measured.p99(),
        measured.processor());
  }

  /** What the record costs the listener, in turns with and without. */
  private static boolean isCheap(EmbeddedPostgres server) throws Exception {
    var recordedSeconds = new double[COST_RUNS];
    var guardedSeconds = new double[COST_RUNS];
    for (int run = 0; run < COST_RUNS; run++) {
      for (ListenerCost.Recording recording : ListenerCost.Recording.values()) {
        try (Connection listener = fresh(server, "audit_listener").connect(minutes())) {
          double seconds = ListenerCost.seconds(listener, recording);
          switch (recording) {
            case AS_SHIPPED -> recordedSeconds[run] = seconds;
            case GUARD_ONLY -> guardedSeconds[run] = seconds;
          }
        }
      }
    }
    Arrays.sort(recordedSeconds);
    Arrays.sort(guardedSeconds);
    double recorded = recordedSeconds[COST_RUNS / 2];
    double guarded = guardedSeconds[COST_RUNS / 2];
    double more = (recorded / guarded - 1) * 100;
    boolean isMet = more <= TARGET_MORE;
    say(
        "audit: %s: the listener applies 20,000 events in %.2f s of processor time, guarded only in"
            + " %.2f s: %.1f %% more (≤ 10)",
        isMet ? "met" : "NOT MET", recorded, guarded, more);
    return isMet;
  }

  private static boolean isFound(EmbeddedPostgres server, Path directory, int count)
      throws Exception {
    Database database = fresh(server, "audit_tampered");
    long seed = Long.getLong("metaops.seed", SystemTicker.SYSTEM.nanos());
    Path data = Files.createTempDirectory(directory, "tampered");
    try (Connection superuser = database.connect(minutes())) {
      var tamperings = new ManyTamperings(superuser, data, seed);
      ManyTamperings.Tally tally = tamperings.rounds(count);
      tally.wrong().stream().limit(10).forEach(each -> say("  NOT FOUND: %s", each));
      Coverage coverage = tamperings.verify().coverage();
      say("  found and named, seed %d: %s", seed, tally.found());
      say(
          "  not covered yet: %,d records, the oldest of %s",
          coverage.uncovered(), coverage.since().map(String::valueOf).orElse("?"));
      boolean isMet = tally.wrong().isEmpty() && tally.tampered() == count;
      say(
          "audit: %s: %,d random tamperings with the triggers off, %,d not found or not named,"
              + " %,d looks at the untouched log",
          isMet ? "met" : "NOT MET", tally.tampered(), tally.wrong().size(), tally.untouched());
      return isMet;
    }
  }

  /** Roots and proofs of an export, by an implementation that is not ours. */
  private static boolean isAgreed(EmbeddedPostgres server, Path root, Path directory)
      throws Exception {
    Database database = fresh(server, "audit_exported");
    Path work = Files.createTempDirectory(directory, "exported");
    Path export = work.resolve("export");
    try (Connection connection = database.connect(minutes())) {
      var store = new RecordStore(connection);
      RecordedOrders.records(connection, 700);
      store.sealStep();
      new Checkpointer(work, SystemTicker.SYSTEM).now(store);
      var kept = AuditDirectory.of(work, store.logId());
      new AuditExport(export, kept).write(store);
      Path proofs = work.resolve("proofs.json");
      Files.writeString(
          proofs,
          ProofsOfExport.json(store.leavesAfter(0, 1_000), kept.keys().getFirst()).toString());
      var process =
          new ProcessBuilder(
              "node",
              root.resolve("bench/peers/check-export.mjs").toString(),
              export.toString(),
              proofs.toString());
      boolean isMet = process.inheritIO().start().waitFor() == 0;
      say("audit: %s: another implementation agrees", isMet ? "met" : "NOT MET");
      return isMet;
    }
  }

  private static boolean isVerified(EmbeddedPostgres server, Path directory, int records, int runs)
      throws Exception {
    String name = "audit_" + records + "_" + schema();
    Database database = database(server, name);
    Path data = directory.resolve("data-" + name);
    made(database, data, records);
    var seconds = new double[runs];
    boolean isClean = true;
    for (int run = 0; run < runs; run++) {
      long start = SystemTicker.SYSTEM.nanos();
      isClean &= verify(database.url(), data, directory.resolve("verify.txt")) == 0;
      seconds[run] = since(start);
      say("  run %d  %.2f s", run + 1, seconds[run]);
    }
    say("%s", Files.readString(directory.resolve("verify.txt")).strip());
    Arrays.sort(seconds);
    double median = seconds[runs / 2];
    boolean isMet = isClean && median <= TARGET_SECONDS;
    say(
        "audit: %s: %,d records verified in %.2f s (≤ %.0f), worst %.2f s, heap 512 MB, %s",
        isMet ? "met" : "NOT MET",
        records,
        median,
        TARGET_SECONDS,
        seconds[runs - 1],
        isClean ? "no false alarm" : "NOT CLEAN");
    return isMet;
  }

  /** Records of an earlier run are of the schema of that time. */
  private static String schema() throws java.io.IOException {
    int hash = 0;
    for (String script : List.of("/db/orders/V1__schema.sql", "/db/log/V0_9__log.sql")) {
      try (var text = AuditBench.class.getResourceAsStream(script)) {
        hash = 31 * hash + Arrays.hashCode(text.readAllBytes());
      }
    }
    return Integer.toHexString(hash);
  }

  private static void made(Database database, Path data, int records)
      throws SQLException, java.io.IOException {
    try (Connection connection = database.connect(minutes())) {
      var store = new RecordStore(connection);
      var checkpointer = new Checkpointer(data, SystemTicker.SYSTEM);
      long there = store.head().map(Head::seq).orElse(0L);
      long start = SystemTicker.SYSTEM.nanos();
      for (long made = there; made < records; made += AT_ONCE) {
        RecordedOrders.records(connection, (int) Math.min(AT_ONCE, records - made));
        store.sealStep();
        checkpointer.now(store);
      }
      if (there < records) {
        say("%,d records made, sealed and checkpointed in %.0f s", records, since(start));
        RecordedOrders.run(connection, "VACUUM ANALYZE");
      }
    }
  }

  private static int verify(DatabaseUrl url, Path data, Path output) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.metaops.main.Main"));
    command.addAll(List.of("audit", "verify", "--timeout", "120s"));
    var process = new ProcessBuilder(command).redirectErrorStream(true);
    process.redirectOutput(output.toFile());
    process.environment().put("DATABASE_URL", url.secretText());
    process.environment().put("METAOPS_DATA_DIR", data.toString());
    return process.start().waitFor();
  }

  private static double since(long start) {
    return (SystemTicker.SYSTEM.nanos() - start) / 1e9;
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
