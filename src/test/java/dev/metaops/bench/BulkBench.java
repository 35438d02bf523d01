package dev.metaops.bench;

import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code bench/run bulk}: stuck orders of which the ledger knows nothing, moved by one command
 * through two nodes that take 50 ms more for each HTTP request; then the same, killed five times.
 */
public final class BulkBench {
  private static final Duration LONGER = Duration.ofMillis(50);
  private static final double TARGET = 50;
  private static final int MOST_BATCH = 100;
  private static final int MOST_IN_FLIGHT = 16;
  private static final int EVENTS_A_BLOCK = 8;
  private static final int LAG = 20;
  private static final int KILLS = 5;

  /** Orders of which two serial calls each are timed. */
  private static final int SAMPLED = 50;

  private static final String ONCE =
      "SELECT count(*) FROM (SELECT order_id FROM metaops.order_change WHERE to_state = 'SETTLED'"
          + " GROUP BY 1 HAVING count(*) = 1) once";

  private final Path root;
  private final Path directory;
  private final int orders;
  private final EmbeddedPostgres server;

  private BulkBench(Path root, Path directory, int orders, EmbeddedPostgres server) {
    this.root = root;
    this.directory = directory;
    this.orders = orders;
    this.server = server;
  }

  public static void main(String[] arguments) throws Exception {
    int orders = 10_000;
    for (int at = 2; at < arguments.length; at++) {
      switch (arguments[at]) {
        case "--orders" -> orders = Integer.parseInt(arguments[++at]);
        default -> {
          System.err.println("bench bulk: " + arguments[at] + " (expected: --orders N)");
          System.exit(64);
        }
      }
    }
    Path directory = Path.of(arguments[1]);
    Files.createDirectories(directory);
    try (EmbeddedPostgres server =
        EmbeddedPostgres.open(
            directory.resolve("postgres"), SystemTicker.SYSTEM, line -> say("%s", line))) {
      boolean met = new BulkBench(Path.of(arguments[0]), directory, orders, server).run();
      System.exit(met ? 0 : 1);
    }
  }

  private boolean run() throws Exception {
    Layout layout = new Layout(orders * 2 / EVENTS_A_BLOCK, EVENTS_A_BLOCK, 2, LAG);
    AtomicInteger inFlight = new AtomicInteger();
    try (OrdersChain chain =
        OrdersChain.start(root, directory.resolve("anvil"), OrdersChain.Escrow.REGISTRY, 256)) {
      chain.mine(layout);
      chain.mineEmpty(OrdersChain.FINALITY + 2);
      say(
          "%,d orders, %,d events in %,d blocks; the ledger is empty",
          layout.orders(), layout.events(), layout.blocks());
      try (SlowNode one = SlowNode.before(chain.url(), LONGER, inFlight);
          SlowNode two = SlowNode.before(chain.url(), LONGER, inFlight)) {
        double serial = serial(chain, one);
        say(
            "two serial calls an order   %.1f s (%.1f ms an order over %d orders), no proof",
            serial, serial * 1000 / layout.orders(), SAMPLED);
        boolean isFast = whole(chain, one, two, serial);
        boolean isResumed = killed(chain, one, two);
        int largest = Math.max(one.largestBatch(), two.largestBatch());
        int most = Math.max(one.mostInFlight(), two.mostInFlight());
        say(
            "largest batch %d (≤ %d), most in flight %d (≤ %d)",
            largest, MOST_BATCH, most, MOST_IN_FLIGHT);
        boolean met = isFast && isResumed && largest <= MOST_BATCH && most <= MOST_IN_FLIGHT;
        say("bulk: %s", met ? "met" : "NOT MET");
        return met;
      }
    }
  }

  /** What asking one order after the other would take in all, in seconds. */
  private double serial(OrdersChain chain, SlowNode node) {
    RawRpc rpc = new RawRpc(node.url());
    long start = System.nanoTime();
    for (int order = 0; order < SAMPLED; order++) {
      JsonNode logs =
          rpc.ask(
              "eth_getLogs",
              JsonMapper.shared()
                  .valueToTree(
                      Map.of(
                          "fromBlock",
                          "0x0",
                          "toBlock",
                          "latest",
                          "address",
                          chain.escrow().text(),
                          "topics",
                          List.of(List.of(), chain.key(order).text()))));
      rpc.ask("eth_getTransactionReceipt", logs.path(0).path("transactionHash").stringValue());
    }
    return (System.nanoTime() - start) / 1e9 / SAMPLED * orders;
  }

  private VenueDatabase stuck(OrdersChain chain, String name) throws Exception {
    VenueDatabase database = VenueDatabase.fresh(server, name);
    database.place(chain, orders);
    JsonNode first = chain.rpc().ask("eth_getBlockByNumber", "0x0", false);
    database.run(
        String.format(
            Locale.ROOT,
            "SELECT metaops_api.open_stream(%d, 0, '\\x%s', '\\x%s', to_timestamp(%d),"
                + " 'finalized')",
            Long.decode(chain.rpc().ask("eth_chainId").stringValue()),
            first.path("hash").stringValue().substring(2),
            first.path("parentHash").stringValue().substring(2),
            Long.decode(first.path("timestamp").stringValue())));
    Thread.sleep(1_100); // so that every order is older than the one second asked for
    return database;
  }

  private List<String> line() {
    return List.of(
        root.resolve("metaops").toString(),
        "order",
        "bulk-fix",
        "1s",
        "SETTLED",
        "bench",
        "--execute",
        "--max",
        Integer.toString(orders));
  }

  private Map<String, String> world(
      OrdersChain chain, VenueDatabase database, SlowNode one, SlowNode two) throws IOException {
    Path home = directory.resolve("command");
    Files.createDirectories(home);
    Files.writeString(home.resolve("metaops.toml"), "[orders]\nmode = \"repair\"\n");
    return Map.of(
        "METAOPS_DATA_DIR", home.resolve("data").toString(),
        "METAOPS_CONFIG", home.resolve("metaops.toml").toString(),
        "DATABASE_URL", database.secretUrl(),
        "RPC_URL", one.url() + "," + two.url(),
        "ESCROW_CONTRACT_ADDRESS", chain.escrow().text());
  }

  private boolean whole(OrdersChain chain, SlowNode one, SlowNode two, double serial)
      throws Exception {
    try (VenueDatabase database = stuck(chain, "bulk_whole")) {
      int before = one.requests() + two.requests();
      Words.Ended ended =
          new Words(line(), world(chain, database, one, two), directory.resolve("command")).run();
      double took = ended.nanos() / 1e9;
      say("%s", ended.output().strip());
      boolean isDone = ended.exit() == 0 && database.number(ONCE) == orders;
      say(
          "metaops order bulk-fix      %.1f s, %d requests, %d of %d orders settled once, exit %d:"
              + " %.0f × (target ≥ %.0f ×)",
          took,
          one.requests() + two.requests() - before,
          database.number(ONCE),
          orders,
          ended.exit(),
          serial / took,
          TARGET);
      say(
          "  plans stored: %s",
          database.one("SELECT pg_size_pretty(pg_total_relation_size('metaops.applied_plan'))"));
      return isDone && serial / took >= TARGET;
    }
  }

  private boolean killed(OrdersChain chain, SlowNode one, SlowNode two) throws Exception {
    try (VenueDatabase database = stuck(chain, "bulk_killed")) {
      Map<String, String> world = world(chain, database, one, two);
      Path home = directory.resolve("command");
      int killed = 0;
      for (int kill = 1; kill <= KILLS; kill++) {
        long threshold = (long) orders * kill / (KILLS + 1);
        try (Running process =
            Running.start(line(), world, home, directory.resolve("killed.log"))) {
          while (process.isAlive() && settled(database) < threshold) {
            Thread.sleep(5);
          }
          if (process.isAlive()) {
            killed++;
          }
          ProcessHandle.of(process.pid())
              .ifPresent(handle -> {
                handle.descendants().forEach(ProcessHandle::destroyForcibly);
                handle.destroyForcibly();
              });
        }
        say("  killed with %,d settled", settled(database));
      }
      Words.Ended ended = new Words(line(), world, home).run();
      say("%s", ended.output().strip());
      long once = database.number(ONCE);
      long records = database.number("SELECT count(*) FROM metaops.record WHERE kind = 'plan'");
      say(
          "killed %d times and resumed  %d of %d orders settled once, %d records, exit %d",
          killed, once, orders, records, ended.exit());
      return killed == KILLS && once == orders && records == orders && ended.exit() == 0;
    }
  }

  private static long settled(VenueDatabase database) throws Exception {
    return database.number("SELECT count(*) FROM public.orders WHERE state = 'SETTLED'");
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
