package dev.metaops.orderdesk;

import dev.metaops.bench.Asked;
import dev.metaops.bench.LoadedOrders;
import dev.metaops.bench.Plan;
import dev.metaops.bench.Sample;
import dev.metaops.bench.Words;
import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderCommand;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.page.Listing;
import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.reach.Books;
import dev.metaops.store.Database;
import dev.metaops.testing.TestPerson;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code bench/run sweep}: what the verbs cost in the database. The verbs themselves run, on a new
 * connection each time as a command has it, and every statement they send is timed and explained.
 */
public final class SweepBench {
  private static final double TARGET_MILLIS = 50;
  private static final long ROWS = 10_000_000;
  private static final long OPEN = 100_000;
  private static final int WARM_UPS = 3;
  private static final int RUNS = 25;
  private static final int COMMANDS = 10;
  private static final Duration MOST = Duration.ofMinutes(1);

  private final Path launcher;
  private final Path directory;

  private SweepBench(Path launcher, Path directory) {
    this.launcher = launcher;
    this.directory = directory;
  }

  /** A verb's part that speaks to the database. */
  private interface Verb {
    Answer from(Connection connection) throws SQLException;
  }

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[1]);
    long rows = ROWS;
    List<Long> growth = List.of();
    for (int at = 2; at < arguments.length; at++) {
      switch (arguments[at]) {
        case "--fresh" -> delete(directory);
        case "--rows" -> rows = Long.parseLong(arguments[++at]);
        case "--growth" -> growth = List.of(200_000L, 1_000_000L);
        default -> {
          System.err.println(
              "bench sweep: " + arguments[at] + " (expected: --fresh, --rows N, --growth)");
          System.exit(64);
        }
      }
    }
    Files.createDirectories(directory);
    boolean met = new SweepBench(Path.of(arguments[0]), directory).run(rows, growth);
    System.exit(met ? 0 : 1);
  }

  private boolean run(long rows, List<Long> growth) throws Exception {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.open(
            directory.resolve("postgres"), SystemTicker.SYSTEM, line -> say("%s", line))) {
      List<String> summary = new ArrayList<>();
      boolean met = true;
      for (long smaller : growth) {
        Database database = loaded(server, smaller).ready();
        verbs()
            .forEach(
                (name, verb) -> say("%,12d rows: %-18s %s", smaller, name, time(database, verb)));
      }
      Database database = loaded(server, rows).ready();
      for (var verb : verbs().entrySet()) {
        Sample inDatabase = time(database, verb.getValue());
        say("");
        say("%s over %,d orders, %,d open", verb.getKey(), rows, Math.min(OPEN, rows));
        say("  in the database   %s   target ≤ %.0f ms", inDatabase, TARGET_MILLIS);
        List<String> sequential = explain(database, verb.getValue());
        say("  the whole command %s", command(database, verb.getKey()));
        met &= inDatabase.medianMillis() <= TARGET_MILLIS && sequential.isEmpty();
        summary.add(
            String.format(
                Locale.ROOT,
                "%s %.1f ms (≤ %.0f)%s",
                verb.getKey(),
                inDatabase.medianMillis(),
                TARGET_MILLIS,
                sequential.isEmpty() ? "" : ", " + sequential));
      }
      say("");
      say(
          "sweep: %s: %s; no sequential scan expected",
          met ? "met" : "NOT MET", String.join(", ", summary));
      return met;
    }
  }

  private static LoadedOrders loaded(EmbeddedPostgres server, long rows) {
    return new LoadedOrders(server, "orders_" + rows, rows, Math.min(OPEN, rows));
  }

  private Map<String, Verb> verbs() {
    Conversation conversation = conversation();
    Map<String, Verb> verbs = new LinkedHashMap<>();
    verbs.put(
        "order check-stuck",
        connection ->
            new StuckAnswer(
                    conversation,
                    new OrderCommand.CheckStuck(
                        Optional.empty(),
                        Optional.empty(),
                        new Listing.First(100),
                        OrderCommand.Evidence.CHAIN),
                    Deadline.in(MOST, SystemTicker.SYSTEM))
                .from(
                    Books.over(connection, conversation, Deadline.in(MOST, SystemTicker.SYSTEM))));
    verbs.put(
        "order states",
        connection ->
            StatesAnswer.from(
                Books.over(connection, conversation, Deadline.in(MOST, SystemTicker.SYSTEM)),
                new OrderCommand.States(Duration.ofHours(24)),
                conversation));
    return verbs;
  }

  private Conversation conversation() {
    Configuration standard =
        Configuration.read(
            new Where(
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Where.UsualFile.IGNORED,
                directory,
                directory));
    return new Conversation(standard, Shared.STANDARD, TestPerson.NOBODY, SystemTicker.SYSTEM);
  }

  /** The sum of the verb's statements, run by run. */
  private static Sample time(Database database, Verb verb) {
    List<Long> sums = new ArrayList<>();
    for (int run = -WARM_UPS; run < RUNS; run++) {
      long sum = asked(database, verb).stream().mapToLong(Asked::nanos).sum();
      if (run >= 0) {
        sums.add(sum);
      }
    }
    return Sample.of(sums);
  }

  private static List<Asked> asked(Database database, Verb verb) {
    try (Connection connection = fresh(database)) {
      List<Asked> heard = new ArrayList<>();
      Answer answer = verb.from(Asked.listening(connection, heard));
      if (answer.exit() == ExitCode.COULD_NOT) {
        throw new IllegalStateException("the verb could not: it never asked the ledger");
      }
      return heard;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The listener saw the chain just now, as far as the ledger knows. */
  private static Connection fresh(Database database) throws SQLException {
    Connection connection = database.connect(Deadline.in(MOST, SystemTicker.SYSTEM));
    try (var statement =
        connection.prepareStatement("UPDATE metaops.stream SET seen_at = clock_timestamp()")) {
      statement.execute();
    }
    return connection;
  }

  /** Prints what the server says of each statement; the sequential scans among it. */
  private static List<String> explain(Database database, Verb verb) throws SQLException {
    List<String> sequential = new ArrayList<>();
    double server = 0;
    try (Connection connection = fresh(database)) {
      for (Asked asked : asked(database, verb)) {
        Plan plan = Plan.of(asked, connection);
        server += plan.planningMillis() + plan.executionMillis();
        sequential.addAll(plan.sequentialScans(connection));
        say(
            "    %-60s driver %5.1f ms, server plans %4.1f + executes %5.1f ms, %d heap fetches,"
                + " buffers %d hit %d read",
            brief(asked.sql()),
            asked.nanos() / 1e6,
            plan.planningMillis(),
            plan.executionMillis(),
            plan.heapFetches(),
            plan.hits(),
            plan.reads());
        say("      %s", String.join(", ", plan.scans()));
      }
    }
    say("  EXPLAIN (ANALYZE, BUFFERS), all statements: %.1f ms", server);
    say(
        sequential.isEmpty()
            ? "  no sequential scan of a table that grows"
            : "  SEQUENTIAL: " + sequential);
    return sequential;
  }

  private static String brief(String sql) {
    String line = sql.replaceAll("\\s+", " ").strip();
    return line.length() > 60 ? line.substring(0, 59) + "…" : line;
  }

  /** The launcher in a new process, whatever exit code the orders deserve. */
  private Sample command(Database database, String verb) throws Exception {
    List<String> words = new ArrayList<>(List.of(launcher.toString()));
    words.addAll(List.of(verb.split(" ", -1)));
    Words command =
        new Words(words, Map.of("DATABASE_URL", database.url().secretText()), directory);
    List<Long> took = new ArrayList<>();
    for (int run = -1; run < COMMANDS; run++) {
      fresh(database).close();
      Words.Ended ended = command.run();
      if (ended.exit() > 2 || ended.output().contains("UNKNOWN")) {
        throw new IllegalStateException(verb + " ended " + ended.exit() + ": " + ended.output());
      }
      if (run >= 0) {
        took.add(ended.nanos());
      }
    }
    return Sample.of(took);
  }

  private static void delete(Path root) throws Exception {
    if (!Files.isDirectory(root)) {
      return;
    }
    if (EmbeddedPostgres.find(root.resolve("postgres")).isPresent()) {
      EmbeddedPostgres.open(root.resolve("postgres"), SystemTicker.SYSTEM, _ -> {}).close();
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
