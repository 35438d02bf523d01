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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code bench/run faults}: each fault upon all contestants at once, on one chain, each behind a
 * fault proxy of its own; then their rows against the chain's own list.
 */
public final class FaultsBench {
  private static final Layout HISTORY = new Layout(60, 10, 2, 5);
  private static final int LIVE_BLOCKS = 12;
  private static final int EACH = 3;
  private static final Duration TO_THE_HEAD = Duration.ofSeconds(60);
  private static final Duration BETWEEN_BLOCKS = Duration.ofMillis(500);
  private static final Duration AFTERWARDS = Duration.ofSeconds(12);
  private static final Duration LOOKS_AGAIN_AFTER = Duration.ofMillis(100);

  private final Path root;
  private final Path directory;
  private final EmbeddedPostgres server;
  private final boolean peers;
  private int missed;

  private FaultsBench(Path root, Path directory, EmbeddedPostgres server, boolean peers) {
    this.root = root;
    this.directory = directory;
    this.server = server;
    this.peers = peers;
  }

  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    Path directory = Files.createDirectories(Path.of(arguments[1]));
    boolean peers = true;
    String only = "";
    for (int at = 2; at < arguments.length; at++) {
      switch (arguments[at]) {
        case "--without-peers" -> peers = false;
        case "--only" -> only = arguments[++at];
        default -> {
          System.err.println(
              "bench faults: " + arguments[at] + " (expected: --without-peers, --only WORDS)");
          System.exit(64);
        }
      }
    }
    boolean met;
    try (EmbeddedPostgres server =
        EmbeddedPostgres.open(
            directory.resolve("postgres"), SystemTicker.SYSTEM, line -> System.out.println(line))) {
      met = new FaultsBench(root, directory, server, peers).run(only);
    }
    System.exit(met ? 0 : 1);
  }

  private boolean run(String only) throws Exception {
    List<Scenario> scenarios =
        Scenario.ALL.stream().filter(each -> each.name().contains(only)).toList();
    for (Scenario scenario : scenarios) {
      run(scenario);
    }
    say(
        "faults: %s: %d of %d faults are as they should be (0 lost, 0 phantom, an alarm where one"
            + " is due, the lie kept)",
        missed == 0 ? "met" : "NOT MET", scenarios.size() - missed, scenarios.size());
    return missed == 0;
  }

  private void run(Scenario scenario) throws Exception {
    try (OrdersChain chain =
        OrdersChain.start(root, directory.resolve("anvil"), OrdersChain.Escrow.REGISTRY, 256)) {
      chain.mine(HISTORY);
      chain.mineEmpty(2 * OrdersChain.FINALITY);
      List<Standing> standings = new ArrayList<>();
      try {
        for (Contestant contestant : contestants()) {
          standings.add(started(contestant, chain, scenario));
        }
        Instant since = Instant.now();
        awaitHead(standings, chain);
        switch (scenario.when()) {
          case BACKFILL -> {}
          case LIVE -> {
            standings.forEach(each -> each.proxy().switchTo(scenario.faults()));
            forget(standings);
            since = Instant.now();
            goOn(standings, chain, since);
          }
          case REORG -> since = reorganise(standings, chain, scenario.depth());
        }
        settle(standings, chain, since);
        tell(scenario, standings, truth(chain));
      } finally {
        for (Standing standing : standings) {
          standing.close();
        }
      }
    }
  }

  private List<Contestant> contestants() throws SQLException, IOException {
    List<Contestant> all = new ArrayList<>();
    try (VenueDatabase ops = VenueDatabase.fresh(server, "ops_faults")) {
      all.add(
          new Ours(
              "metaops",
              root,
              directory.resolve("serve"),
              Proving.isChosen(root) ? Proving.line("proved") : "",
              ops.secretUrl(),
              Ports.free()));
    }
    if (peers) {
      all.add(new Sqd(root, directory));
      all.add(Ponder.in(root, directory));
    }
    return all;
  }

  private Standing started(Contestant contestant, OrdersChain chain, Scenario scenario)
      throws Exception {
    String name = contestant.name().toLowerCase(Locale.ROOT);
    VenueDatabase database = VenueDatabase.fresh(server, "faults_" + name);
    contestant.prepare(database, chain, HISTORY.orders() + LIVE_BLOCKS * EACH);
    Faulty proxy =
        Faulty.start(
            root,
            directory,
            name,
            chain,
            scenario.when() == Scenario.When.BACKFILL ? scenario.faults() : List.of());
    return new Standing(
        contestant,
        database,
        proxy,
        contestant.start(database, nodes(contestant, proxy, chain, scenario), chain));
  }

  /** A second, honest node helps only who can be told of two. */
  private static String nodes(
      Contestant contestant, Faulty proxy, OrdersChain chain, Scenario scenario) {
    return contestant instanceof Ours && scenario.hasHonestNode()
        ? proxy.url() + "," + chain.url()
        : proxy.url();
  }

  /** Who ends, or stands still, is measured as it is. */
  private static void awaitHead(List<Standing> standings, OrdersChain chain) throws Exception {
    Instant end = Instant.now().plus(TO_THE_HEAD);
    for (Standing standing : standings) {
      while (standing.contestant().reached(standing.database(), chain.head()).isEmpty()
          && standing.process().isAlive()
          && Instant.now().isBefore(end)) {
        Thread.sleep(LOOKS_AGAIN_AFTER);
      }
    }
  }

  private static void forget(List<Standing> standings) {
    standings.forEach(Standing::forgetComplaints);
  }

  private static void goOn(List<Standing> standings, OrdersChain chain, Instant since)
      throws Exception {
    int firstOrder = HISTORY.orders();
    for (int block = 0; block < LIVE_BLOCKS; block++) {
      chain.submit(firstOrder + block * EACH, EACH, 0, 0, EACH);
      chain.mine();
      Thread.sleep(BETWEEN_BLOCKS);
      for (Standing standing : standings) {
        standing.listen(since);
      }
    }
  }

  /**
   * Three orders come and are taken back with all the blocks above them; three others take their
   * place.
   */
  private static Instant reorganise(List<Standing> standings, OrdersChain chain, int depth)
      throws Exception {
    int order = HISTORY.orders();
    chain.submit(order, EACH, 0, 0, EACH);
    chain.mine();
    for (int block = 1; block < depth; block++) {
      chain.mine();
      Thread.sleep(depth > 30 ? 100 : 200);
    }
    awaitHead(standings, chain);
    // A row each contestant shows is what it may not go on showing.
    Thread.sleep(2000);
    forget(standings);
    Instant since = Instant.now();
    chain.reorg(depth, List.of(chain.call(order + EACH, EACH, 0, 0)));
    for (int block = 0; block < 3; block++) {
      Thread.sleep(BETWEEN_BLOCKS);
      chain.mine();
    }
    return since;
  }

  private static void settle(List<Standing> standings, OrdersChain chain, Instant since)
      throws Exception {
    Set<String> truth = truth(chain);
    Instant end = Instant.now().plus(AFTERWARDS);
    do {
      for (Standing standing : standings) {
        standing.look(truth, since);
      }
      Thread.sleep(LOOKS_AGAIN_AFTER);
    } while (Instant.now().isBefore(end)
        && standings.stream().anyMatch(each -> !each.isRight() || !each.isAlarmed()));
  }

  /**
   * What the node itself says, asked past all proxies: each event as a key, a colon and its kind.
   */
  private static Set<String> truth(OrdersChain chain) {
    var filter =
        JsonMapper.shared()
            .createObjectNode()
            .put("fromBlock", "0x0")
            .put("toBlock", "latest")
            .put("address", chain.escrow().text());
    Set<String> truth = new HashSet<>();
    for (JsonNode log : chain.rpc().ask("eth_getLogs", filter)) {
      String topic = log.path("topics").path(0).stringValue();
      String key = log.path("topics").path(1).asString("");
      if (topic.equals(Topics.CREATED)) {
        truth.add(key + ":CREATED");
      } else if (topic.equals(Topics.RELEASED)) {
        truth.add(key + ":RELEASED");
      }
    }
    return truth;
  }

  private void tell(Scenario scenario, List<Standing> standings, Set<String> truth)
      throws Exception {
    say("%s", scenario.name());
    for (Standing standing : standings) {
      say("  %-10s %s", standing.name(), standing.text());
    }
    Standing ours = standings.getFirst();
    // Who never asks what the node lies about has nothing to tell of it.
    boolean lied = scenario.when() != Scenario.When.REORG && ours.proxy().injected() > 0;
    boolean met =
        ours.isRight()
            && (ours.isAlarmed() || !lied)
            && (ours.evidence() > 0 || !lied || !scenario.isLie());
    if (scenario.isPastFinality()) {
      met = ours.isAlarmed() && ours.truthStatus() == 503 && rewound(ours, truth);
    }
    missed += met ? 0 : 1;
  }

  /** Past finality people decide: what the operator does, and what the rows are then. */
  private boolean rewound(Standing ours, Set<String> truth) throws Exception {
    Words.Ended ended =
        ((Ours) ours.contestant())
            .command(
                ours.database(), ours.proxy().url(), "listener", "rewind", "bench", "--execute");
    Instant end = Instant.now().plus(AFTERWARDS);
    do {
      Thread.sleep(LOOKS_AGAIN_AFTER);
      ours.look(truth, Instant.now());
    } while (!ours.isRight() && Instant.now().isBefore(end));
    say("  %-10s after listener rewind (exit %d): %s", ours.name(), ended.exit(), ours.text());
    return ours.isRight();
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
