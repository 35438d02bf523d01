package dev.metaops.bench;

import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code bench/run backfill}: a chain full of events into the rows of orders that are already
 * there, ours and the peers in turns on the same chain and the same server.
 */
public final class BackfillBench {
  private static final long EVENTS = 100_000;
  private static final int RUNS = 3;
  private static final double TARGET_CHECKED = 2.5;
  private static final double TARGET_PROVED = 1.5;
  private static final long TARGET_MEGABYTES = 250;

  /** Of {@code /metrics}, whatever passed through. */
  private static final long MOST_SERIES = 500;

  private static final double STRETCH_CHECKED_SECONDS = 2;
  private static final double STRETCH_PROVED_SECONDS = 3.5;
  private static final Duration LONGEST = Duration.ofMinutes(4);

  private final Path root;
  private final Path directory;
  private final EmbeddedPostgres server;
  private final boolean explain;

  private BackfillBench(Path root, Path directory, EmbeddedPostgres server, boolean explain) {
    this.root = root;
    this.directory = directory;
    this.server = server;
    this.explain = explain;
  }

  /**
   * What one run came to.
   *
   * @param series of {@code /metrics} at its end; of ours only
   */
  private record Run(long nanos, long megabytes, Optional<Long> series) {}

  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    Path directory = Files.createDirectories(Path.of(arguments[1]));
    int runs = RUNS;
    boolean growth = false;
    boolean ponder = true;
    boolean explain = false;
    for (int at = 2; at < arguments.length; at++) {
      switch (arguments[at]) {
        case "--runs" -> runs = Integer.parseInt(arguments[++at]);
        case "--growth" -> growth = true;
        case "--without-ponder" -> ponder = false;
        case "--explain" -> explain = true;
        default -> {
          System.err.println(
              "bench backfill: "
                  + arguments[at]
                  + " (expected: --runs N, --growth, --without-ponder, --explain)");
          System.exit(64);
        }
      }
    }
    boolean met;
    try (EmbeddedPostgres server =
        EmbeddedPostgres.open(
            directory.resolve("postgres"), SystemTicker.SYSTEM, line -> System.out.println(line))) {
      BackfillBench bench = new BackfillBench(root, directory, server, explain);
      met = growth ? bench.growth() : bench.compare(runs, ponder);
    }
    System.exit(met ? 0 : 1);
  }

  private boolean compare(int runs, boolean withPonder) throws Exception {
    Layout layout = Layout.of(EVENTS);
    try (OrdersChain chain = built(layout)) {
      Ceilings.say(chain, layout, server);
      Optional<Ours> proved =
          Proving.isChosen(root) ? Optional.of(ours("proved")) : Optional.empty();
      Ours checked = ours("checked");
      Sqd sqd = new Sqd(root, directory);
      List<Run> ofChecked = new ArrayList<>();
      List<Run> ofProved = new ArrayList<>();
      List<Run> ofSqd = new ArrayList<>();
      for (int run = 0; run < runs; run++) {
        ofChecked.add(run(checked, chain, layout));
        if (proved.isPresent()) {
          ofProved.add(run(proved.get(), chain, layout));
        }
        ofSqd.add(run(sqd, chain, layout));
      }
      Sample sqdTook = sample(ofSqd);
      say("");
      boolean met =
          line(
              "metaops checked",
              ofChecked,
              sqdTook,
              layout,
              TARGET_CHECKED,
              STRETCH_CHECKED_SECONDS);
      if (proved.isPresent()) {
        met &=
            line(
                "metaops proved", ofProved, sqdTook, layout, TARGET_PROVED, STRETCH_PROVED_SECONDS);
      } else {
        say("  %-16s not measured: no listen.proof in docs/config.md", "metaops proved");
        met = false;
      }
      say("  %-16s %s", "SQD 1.27.1", text(ofSqd, layout));
      if (withPonder) {
        say(
            "  %-16s %s",
            "Ponder 0.16.10",
            text(List.of(run(Ponder.in(root, directory), chain, layout)), layout));
      }
      long most = Math.max(largest(ofChecked), largest(ofProved));
      met &= most <= TARGET_MEGABYTES;
      say(
          "backfill: %s: checked %.2f × SQD (≥ %.1f), proved %s (≥ %.1f), serve %d MB resident (≤"
              + " %d)",
          met ? "met" : "NOT MET",
          sqdTook.medianMillis() / sample(ofChecked).medianMillis(),
          TARGET_CHECKED,
          ofProved.isEmpty()
              ? "not measured"
              : String.format(
                  Locale.ROOT,
                  "%.2f × SQD",
                  sqdTook.medianMillis() / sample(ofProved).medianMillis()),
          TARGET_PROVED,
          most,
          TARGET_MEGABYTES);
      return met;
    }
  }

  /** The rate must not fall with what is already there. */
  private boolean growth() throws Exception {
    List<Double> rates = new ArrayList<>();
    List<Long> series = new ArrayList<>();
    for (long events : List.of(10_000L, 100_000L, 1_000_000L)) {
      Layout layout = Layout.of(events);
      try (OrdersChain chain = built(layout)) {
        Run run = run(ours("checked"), chain, layout);
        rates.add(events * 1e9 / run.nanos());
        run.series().ifPresent(series::add);
      }
    }
    // Ten thousand events are over before a JVM is warm: the long runs are compared.
    boolean met =
        rates.get(2) >= 0.9 * rates.get(1)
            && series.stream().allMatch(count -> count <= MOST_SERIES);
    say(
        "backfill --growth: %s: %,.0f, %,.0f, %,.0f events/s at 10 k, 100 k, 1 M (1 M ≥ 0.9 × 100"
            + " k); %s series in /metrics (≤ %d)",
        met ? "met" : "NOT MET", rates.get(0), rates.get(1), rates.get(2), series, MOST_SERIES);
    return met;
  }

  private Ours ours(String mode) throws SQLException {
    try (VenueDatabase ops = VenueDatabase.fresh(server, "ops_" + mode)) {
      return new Ours(
          "metaops " + mode,
          root,
          directory.resolve(mode),
          Proving.isChosen(root) ? Proving.line(mode) : "",
          ops.secretUrl(),
          Ports.free());
    }
  }

  private OrdersChain built(Layout layout) throws IOException {
    long start = System.nanoTime();
    OrdersChain chain =
        OrdersChain.start(root, directory.resolve("anvil"), OrdersChain.Escrow.EVENTS_ONLY, 4);
    try {
      chain.mine(layout);
    } catch (RuntimeException e) {
      chain.close();
      throw e;
    }
    say(
        "chain: %,d events of %,d orders in %,d blocks, %d transactions each, made in %.1f s",
        layout.events(),
        layout.orders(),
        chain.head(),
        layout.transactions(),
        (System.nanoTime() - start) / 1e9);
    return chain;
  }

  private Run run(Contestant contestant, OrdersChain chain, Layout layout) throws Exception {
    try (VenueDatabase database = VenueDatabase.fresh(server, "backfill")) {
      contestant.prepare(database, chain, layout.orders());
      if (explain) {
        database.explain();
      }
      long head = chain.head();
      FirstRequest first = FirstRequest.watch(chain.port());
      try (Running process = contestant.start(database, chain.url(), chain)) {
        Instant begun = first.await(process);
        Instant deadline = begun.plus(LONGEST);
        Optional<Instant> done = Optional.empty();
        while (done.isEmpty()) {
          if (!process.isAlive() || Instant.now().isAfter(deadline)) {
            throw new IllegalStateException(
                contestant.name() + " did not reach block " + head + ":\n" + process.lastWords());
          }
          // The commit says when it was; asking more often would cost the contestants their
          // processor.
          Thread.sleep(50);
          done = contestant.reached(database, head);
        }
        long nanos = Duration.between(begun, done.get()).toNanos();
        long megabytes = process.residentMegabytes();
        requireComplete(contestant, database, layout);
        say(
            "  %-16s %6.2f s  %,9.0f events/s  %4d MB resident",
            contestant.name(), nanos / 1e9, layout.events() * 1e9 / nanos, megabytes);
        Optional<Long> series =
            contestant instanceof Ours ours ? Optional.of(ours.series()) : Optional.empty();
        series.ifPresent(count -> say("  %-16s %,9d series in /metrics", contestant.name(), count));
        return new Run(nanos, megabytes, series);
      }
    }
  }

  /** A figure counts only when every event is a row and the orders stand where they should. */
  private static void requireComplete(Contestant contestant, VenueDatabase database, Layout layout)
      throws SQLException {
    long events = contestant.events(database);
    long settled = contestant.settled(database);
    // A release moves our rows once it is final; the last blocks are not.
    long least =
        contestant instanceof Ours
            ? layout.releasedBefore(layout.blocks() - OrdersChain.FINALITY)
            : layout.orders();
    if (events != layout.events() || settled != least) {
      throw new IllegalStateException(
          contestant.name()
              + " wrote "
              + events
              + " events and settled "
              + settled
              + " orders (expected: "
              + layout.events()
              + " and "
              + least
              + ")");
    }
  }

  private static boolean line(
      String name, List<Run> runs, Sample sqd, Layout layout, double target, double stretch) {
    double ratio = sqd.medianMillis() / sample(runs).medianMillis();
    say(
        "  %-16s %s  %.2f × SQD, target ≥ %.1f (stretch %.1f s)",
        name, text(runs, layout), ratio, target, stretch);
    return ratio >= target;
  }

  private static String text(List<Run> runs, Layout layout) {
    double millis = sample(runs).medianMillis();
    return String.format(
        Locale.ROOT,
        "median %.2f s of %d, %,.0f events/s, %d MB",
        millis / 1e3,
        runs.size(),
        layout.events() * 1e3 / millis,
        largest(runs));
  }

  private static Sample sample(List<Run> runs) {
    return Sample.of(runs.stream().map(Run::nanos).toList());
  }

  private static long largest(List<Run> runs) {
    return runs.stream().mapToLong(Run::megabytes).max().orElse(0);
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
