package dev.metaops.bench;

import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.time.SystemTicker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * {@code bench/run live}: from a block being mined to its rows being committed, each contestant
 * alone with a chain of its own, one after the other.
 */
public final class LiveBench {
  private static final int BLOCKS = 200;
  private static final int BLOCKS_OF_PEERS = 60;
  private static final int EACH = 3;
  private static final long SEED = 4;
  private static final double TARGET_MEDIAN_MILLIS = 15;
  private static final double TARGET_HIGHEST_MILLIS = 60;
  private static final Duration TO_THE_HEAD = Duration.ofSeconds(90);
  private static final Duration AFTERWARDS = Duration.ofSeconds(15);

  private final Path root;
  private final Path directory;
  private final EmbeddedPostgres server;

  private LiveBench(Path root, Path directory, EmbeddedPostgres server) {
    this.root = root;
    this.directory = directory;
    this.server = server;
  }

  /**
   * One contestant's latencies.
   *
   * @param fromAnswer from the node's answer that the block is mined; nothing is earlier than that
   * @param fromQuestion from the question to mine it, the mining itself included
   */
  private record Latencies(Sample fromAnswer, Sample fromQuestion, int missing, long megabytes) {}

  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    Path directory = Files.createDirectories(Path.of(arguments[1]));
    int blocks = BLOCKS;
    boolean peers = true;
    for (int at = 2; at < arguments.length; at++) {
      switch (arguments[at]) {
        case "--blocks" -> blocks = Integer.parseInt(arguments[++at]);
        case "--without-peers" -> peers = false;
        default -> {
          System.err.println(
              "bench live: " + arguments[at] + " (expected: --blocks N, --without-peers)");
          System.exit(64);
        }
      }
    }
    boolean met;
    try (EmbeddedPostgres server =
        EmbeddedPostgres.open(
            directory.resolve("postgres"), SystemTicker.SYSTEM, line -> System.out.println(line))) {
      met = new LiveBench(root, directory, server).run(blocks, peers);
    }
    System.exit(met ? 0 : 1);
  }

  private boolean run(int blocks, boolean peers) throws Exception {
    say("one after the other, %d events a block, 300 to 700 ms apart", EACH);
    Latencies ours = measured(ours(), blocks);
    line("metaops", ours, "target p50 ≤ 15 ms, p99 ≤ 60 ms");
    if (peers) {
      int theirs = Math.min(blocks, BLOCKS_OF_PEERS);
      line("SQD 1.27.1", measured(new Sqd(root, directory), theirs), "polls every 500 ms");
      line("Ponder 0.16.10", measured(Ponder.in(root, directory), theirs), "polls every 500 ms");
    }
    double median = ours.fromAnswer().medianMillis();
    double highest = ours.fromAnswer().percentileMillis(99);
    boolean met =
        ours.missing() == 0 && median <= TARGET_MEDIAN_MILLIS && highest <= TARGET_HIGHEST_MILLIS;
    say(
        "live: %s: mined to committed p50 %.1f ms (≤ %.0f), p99 %.1f ms (≤ %.0f), %d of %d missing",
        met ? "met" : "NOT MET",
        median,
        TARGET_MEDIAN_MILLIS,
        highest,
        TARGET_HIGHEST_MILLIS,
        ours.missing(),
        blocks * EACH);
    return met;
  }

  private Ours ours() throws SQLException {
    try (VenueDatabase ops = VenueDatabase.fresh(server, "ops_live")) {
      return new Ours(
          "metaops",
          root,
          directory.resolve("live"),
          Proving.isChosen(root) ? Proving.line("proved") : "",
          ops.secretUrl(),
          Ports.free());
    }
  }

  private Latencies measured(Contestant contestant, int blocks) throws Exception {
    try (OrdersChain chain =
            OrdersChain.start(root, directory.resolve("anvil"), OrdersChain.Escrow.REGISTRY, 256);
        VenueDatabase database = VenueDatabase.fresh(server, "live")) {
      chain.mineEmpty(2 * OrdersChain.FINALITY);
      contestant.prepare(database, chain, blocks * EACH);
      try (Running process = contestant.start(database, chain.url(), chain)) {
        awaitHead(contestant, database, chain, process);
        Map<String, Instant> asked = new HashMap<>();
        Map<String, Instant> answered = new HashMap<>();
        SplittableRandom random = new SplittableRandom(SEED);
        for (int block = 0; block < blocks; block++) {
          chain.submit(block * EACH, EACH, 0, 0, EACH);
          Thread.sleep(random.nextInt(300, 701));
          Instant before = Instant.now();
          chain.mine();
          Instant after = Instant.now();
          for (int order = block * EACH; order < (block + 1) * EACH; order++) {
            asked.put(chain.key(order).text(), before);
            answered.put(chain.key(order).text(), after);
          }
        }
        Map<String, Instant> committed = new HashMap<>();
        Instant end = Instant.now().plus(AFTERWARDS);
        while (committed.size() < answered.size() && Instant.now().isBefore(end)) {
          Thread.sleep(100);
          committed.putAll(contestant.created(database));
        }
        return new Latencies(
            between(answered, committed),
            between(asked, committed),
            answered.size() - committed.size(),
            process.residentMegabytes());
      }
    }
  }

  private static void awaitHead(
      Contestant contestant, VenueDatabase database, OrdersChain chain, Running process)
      throws Exception {
    Instant end = Instant.now().plus(TO_THE_HEAD);
    while (contestant.reached(database, chain.head()).isEmpty()) {
      if (!process.isAlive() || Instant.now().isAfter(end)) {
        throw new IllegalStateException(
            contestant.name() + " did not come to the head:\n" + process.lastWords());
      }
      Thread.sleep(50);
    }
    // What it does once on arriving, a JVM's first compilations too, is over.
    Thread.sleep(1000);
  }

  private static Sample between(Map<String, Instant> from, Map<String, Instant> to) {
    List<Long> nanos = new ArrayList<>();
    from.forEach((key, start) -> {
      Instant end = to.get(key);
      if (end != null) {
        nanos.add(Duration.between(start, end).toNanos());
      }
    });
    return Sample.of(nanos);
  }

  private static void line(String name, Latencies latencies, String remark) {
    Sample sample = latencies.fromAnswer();
    say(
        "  %-15s p50 %.1f ms, p90 %.1f, p99 %.1f, max %.1f (%d events, %d missing; mining included"
            + " p50 %.1f, p99 %.1f), %d MB  %s",
        name,
        sample.medianMillis(),
        sample.percentileMillis(90),
        sample.percentileMillis(99),
        sample.mostMillis(),
        sample.nanos().size(),
        latencies.missing(),
        latencies.fromQuestion().medianMillis(),
        latencies.fromQuestion().percentileMillis(99),
        latencies.megabytes(),
        remark);
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
