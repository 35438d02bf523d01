package dev.metaops.bench;

import dev.metaops.demo.Anvil;
import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code bench/run cli}: cold commands with the world up. Ours and the peer's take turns, so that
 * whatever else the machine does falls on both.
 */
public final class CliBench {
  private static final double TARGET_MILLIS = 300;
  private static final int RUNS = 30;
  private static final int WARM_UPS = 3;
  private static final long ROWS = 200;
  private static final long OPEN = 20;

  private final Path root;
  private final Map<String, String> world;

  private CliBench(Path root, Map<String, String> world) {
    this.root = root;
    this.world = world;
  }

  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    Path directory = Files.createDirectories(Path.of(arguments[1]));
    int runs = RUNS;
    if (arguments.length == 4 && arguments[2].equals("--runs")) {
      runs = Integer.parseInt(arguments[3]);
    } else if (arguments.length != 2) {
      System.err.println("bench cli: " + arguments[2] + " (expected: --runs N)");
      System.exit(64);
    }
    boolean met;
    try (EmbeddedPostgres server =
            EmbeddedPostgres.open(
                directory.resolve("postgres"),
                SystemTicker.SYSTEM,
                line -> System.out.println(line));
        Anvil anvil =
            Anvil.start(
                Anvil.Options.in(root.resolve("devchain"), directory.resolve("anvil")),
                SystemTicker.SYSTEM)) {
      Database database = new LoadedOrders(server, "orders", ROWS, OPEN).ready();
      seeForAnHour(database);
      Map<String, String> world =
          Map.of("DATABASE_URL", database.url().secretText(), "RPC_URL", anvil.url());
      met = new CliBench(root, world).run(runs);
    }
    System.exit(met ? 0 : 1);
  }

  /** The ledger stays fresh for as long as the bench lasts, with nobody following the chain. */
  private static void seeForAnHour(Database database) throws Exception {
    Deadline soon = Deadline.in(Duration.ofSeconds(10), SystemTicker.SYSTEM);
    try (Connection connection = database.connect(soon)) {
      LoadedOrders.run(connection, "UPDATE metaops.stream SET seen_at = now() + interval '1 hour'");
    }
  }

  private boolean run(int runs) throws Exception {
    Words ours = words(root.resolve("metaops").toString(), "order", "check-stuck");
    Words node = words("node", root.resolve("bench/peers/check-stuck.mjs").toString());
    List<Words> contestants = List.of(ours, node);
    List<List<Long>> took = List.of(new ArrayList<>(), new ArrayList<>());
    for (int run = -WARM_UPS; run < runs; run++) {
      for (int which = 0; which < contestants.size(); which++) {
        Words.Ended ended = contestants.get(which).run();
        if (ended.exit() > 2 || ended.output().contains("UNKNOWN")) {
          throw new IllegalStateException(
              contestants.get(which).words() + " ended " + ended.exit() + ": " + ended.output());
        }
        if (run >= 0) {
          took.get(which).add(ended.nanos());
        }
      }
    }
    Sample metaops = Sample.of(took.get(0));
    Sample peer = Sample.of(took.get(1));
    double ratio = peer.medianMillis() / metaops.medianMillis();
    boolean met = metaops.medianMillis() <= TARGET_MILLIS;
    say("cold order check-stuck, %,d orders, %,d of them open", ROWS, OPEN);
    say("  metaops  %s   target ≤ %.0f ms", metaops, TARGET_MILLIS);
    say("  node     %s   ethers and pg: a block number, one query", peer);
    say(
        "cli: %s: order check-stuck %.0f ms (≤ %.0f), node %.0f ms, %.2f × node's speed",
        met ? "met" : "NOT MET", metaops.medianMillis(), TARGET_MILLIS, peer.medianMillis(), ratio);
    return met;
  }

  private Words words(String... words) {
    return new Words(List.of(words), world, root);
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
