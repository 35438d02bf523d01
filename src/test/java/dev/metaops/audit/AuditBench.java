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

/**
 * {@code bench/run audit}: how long the command as typed takes over a long record. Records come by
 * the product's own append, sealer and maker of checkpoints.
 */
public final class AuditBench {
  private static final double TARGET_SECONDS = 10;
  private static final String HEAP = "-Xmx512m";
  private static final int AT_ONCE = 10_000;

  private AuditBench() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    int records = 1_000_000;
    int runs = 5;
    for (int at = 1; at < arguments.length; at++) {
      switch (arguments[at]) {
        case "--fresh" -> new ProcessBuilder("rm", "-rf", directory.toString()).start().waitFor();
        case "--records" -> records = Integer.parseInt(arguments[++at]);
        case "--runs" -> runs = Integer.parseInt(arguments[++at]);
        default -> {
          System.err.println(
              "bench audit: " + arguments[at] + " (expected: --fresh, --records N, --runs N)");
          System.exit(64);
        }
      }
    }
    Files.createDirectories(directory);
    System.exit(isMet(directory, records, runs) ? 0 : 1);
  }

  private static boolean isMet(Path directory, int records, int runs) throws Exception {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.open(
            directory.resolve("postgres"), SystemTicker.SYSTEM, line -> say("%s", line))) {
      String name = "audit_" + records;
      server.createDatabaseIfAbsent(name);
      var url = DatabaseUrl.of(server.instance().secretUrl(name));
      Path data = directory.resolve("data-" + records);
      made(new Database(url, "metaops bench", SystemTicker.SYSTEM), data, records);
      var seconds = new double[runs];
      boolean isClean = true;
      for (int run = 0; run < runs; run++) {
        long start = SystemTicker.SYSTEM.nanos();
        isClean &= verify(url, data, directory.resolve("verify.txt")) == 0;
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
  }

  private static void made(Database database, Path data, int records)
      throws SQLException, java.io.IOException {
    Migrations.apply(
        database, "db/orders", Deadline.in(Duration.ofMinutes(2), SystemTicker.SYSTEM));
    try (Connection connection =
        database.connect(Deadline.in(Duration.ofMinutes(1), SystemTicker.SYSTEM))) {
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
