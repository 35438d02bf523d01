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
import java.util.Optional;
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
  private final List<String> table = new ArrayList<>();
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
    table.forEach(line -> say("%s", line));
    say(
        "faults: %s: %d of %d faults are as they should be (up to finality: 0 lost, 0 phantom,"
            + " where the node lied an alarm within one block, its answer kept, red; past it:"
            + " frozen, red, a finding within one block, both forks kept, and 0 and 0 after a"
            + " rewind with proof)",
        missed == 0 && !scenarios.isEmpty() ? "met" : "NOT MET",
        scenarios.size() - missed,
        scenarios.size());
    return missed == 0 && !scenarios.isEmpty();
  }

  private void run(Scenario scenario) throws Exception {
    try (OrdersChain chain =
        OrdersChain.start(root, directory.resolve("anvil"), OrdersChain.Escrow.REGISTRY, 256)) {
      chain.mine(HISTORY);
      chain.mineEmpty(2 * OrdersChain.FINALITY);
      List<Standing> standings = new ArrayList<>();
      Optional<Faulty> second = second(scenario, chain);
      try {
        for (Contestant contestant : contestants()) {
          standings.add(started(contestant, chain, scenario, second.map(Faulty::url)));
        }
        Happened happened = happen(scenario, standings, chain);
        settle(standings, chain, happened.since());
        tell(scenario, standings, chain, happened);
      } finally {
        for (Standing standing : standings) {
          standing.close();
        }
        second.ifPresent(Faulty::close);
      }
    }
  }

  /** An honest node, slower than the liar: who may choose asks the liar first. */
  private Optional<Faulty> second(Scenario scenario, OrdersChain chain) throws Exception {
    return scenario.hasHonestNode()
        ? Optional.of(Faulty.start(root, directory, "honest", chain, List.of("latency=100")))
        : Optional.empty();
  }

  /**
   * A fault that was put in.
   *
   * @param since when
   * @param block when the block after the first one that is wrong was there; empty where none was
   */
  private record Happened(Instant since, Optional<Instant> block) {}

  private static Happened happen(Scenario scenario, List<Standing> standings, OrdersChain chain)
      throws Exception {
    Instant since = Instant.now();
    awaitHead(standings, chain, scenario.isHeldByItsOnlyNode(), since);
    return switch (scenario.when()) {
      case BACKFILL -> new Happened(since, standings.getFirst().committed(Scenario.OMITTED));
      case LIVE -> {
        standings.forEach(each -> each.proxy().switchTo(scenario.faults()));
        forget(standings);
        Instant switched = Instant.now();
        yield new Happened(switched, Optional.of(goOn(standings, chain, switched)));
      }
      case REORG -> reorganise(standings, chain, scenario.depth());
    };
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

  private Standing started(
      Contestant contestant, OrdersChain chain, Scenario scenario, Optional<String> second)
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
        contestant.start(database, nodes(contestant, proxy, second), chain));
  }

  /** A second, honest node helps only who can be told of two. */
  private static String nodes(Contestant contestant, Faulty proxy, Optional<String> second) {
    return contestant instanceof Ours
        ? second.map(url -> proxy.url() + "," + url).orElse(proxy.url())
        : proxy.url();
  }

  /**
   * Who ends, or stands still, is measured as it is; who is held is waited for until it says so.
   */
  private static void awaitHead(
      List<Standing> standings, OrdersChain chain, boolean isHeld, Instant since) throws Exception {
    Instant end = Instant.now().plus(TO_THE_HEAD);
    for (Standing standing : standings) {
      while (standing.contestant().reached(standing.database(), chain.head()).isEmpty()
          && standing.process().isAlive()
          && !(isHeld && standing.isAlarmed())
          && Instant.now().isBefore(end)) {
        Thread.sleep(LOOKS_AGAIN_AFTER);
        if (isHeld) {
          standing.listen(since);
        }
      }
    }
  }

  private static void forget(List<Standing> standings) {
    standings.forEach(Standing::forgetComplaints);
  }

  /** When the second of these blocks was there. */
  private static Instant goOn(List<Standing> standings, OrdersChain chain, Instant since)
      throws Exception {
    int firstOrder = HISTORY.orders();
    Instant second = since;
    for (int block = 0; block < LIVE_BLOCKS; block++) {
      chain.submit(firstOrder + block * EACH, EACH, 0, 0, EACH);
      chain.mine();
      second = block == 1 ? Instant.now() : second;
      Thread.sleep(BETWEEN_BLOCKS);
      for (Standing standing : standings) {
        standing.listen(since);
      }
    }
    return second;
  }

  /**
   * Three orders come and are taken back with all the blocks above them; three others take their
   * place.
   */
  private static Happened reorganise(List<Standing> standings, OrdersChain chain, int depth)
      throws Exception {
    int order = HISTORY.orders();
    chain.submit(order, EACH, 0, 0, EACH);
    chain.mine();
    for (int block = 1; block < depth; block++) {
      chain.mine();
      Thread.sleep(depth > 30 ? 100 : 200);
    }
    awaitHead(standings, chain, false, Instant.now());
    // A row each contestant shows is what it may not go on showing.
    Thread.sleep(2000);
    forget(standings);
    Instant since = Instant.now();
    chain.reorg(depth, List.of(chain.call(order + EACH, EACH, 0, 0)));
    Instant next = since;
    for (int block = 0; block < 3; block++) {
      Thread.sleep(BETWEEN_BLOCKS);
      chain.mine();
      next = block == 0 ? Instant.now() : next;
    }
    return new Happened(since, Optional.of(next));
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

  private void tell(
      Scenario scenario, List<Standing> standings, OrdersChain chain, Happened happened)
      throws Exception {
    say("%s", scenario.name());
    for (Standing standing : standings) {
      say("  %-10s %s", standing.name(), standing.text());
    }
    if (table.isEmpty()) {
      row("fault", standings.stream().map(Standing::name).toList());
      row("---", standings.stream().map(_ -> "---").toList());
    }
    List<String> cells = new ArrayList<>(standings.stream().map(Standing::brief).toList());
    Standing ours = standings.getFirst();
    FaultTargets targets = new FaultTargets(scenario, ours);
    if (scenario.isPastFinality()) {
      targets.pastFinality(happened.block());
      targets.rewound(rewound(ours, truth(chain)));
      cells.set(0, cells.getFirst() + ", frozen; after the rewind " + counts(ours));
    } else {
      if (scenario.isHeldByItsOnlyNode()) {
        targets.heldBelow(Scenario.OMITTED);
        heal(ours, truth(chain));
        cells.set(0, cells.getFirst() + ", held; once it is honest " + counts(ours));
      }
      targets.upToFinality(happened.block());
    }
    row(scenario.name(), cells);
    targets.missed().forEach(what -> say("  NOT MET    %s", what));
    missed += targets.missed().isEmpty() ? 0 : 1;
  }

  private static String counts(Standing standing) {
    return standing.lost() + " lost, " + standing.phantom() + " phantom";
  }

  private void row(String first, List<String> cells) {
    table.add("| " + first + " | " + String.join(" | ", cells) + " |");
  }

  /** The node is honest from now on. */
  private static void heal(Standing ours, Set<String> truth) throws Exception {
    ours.proxy().switchTo(List.of());
    awaitRight(ours, truth);
    say("  %-10s once the node is honest: %s", ours.name(), ours.text());
  }

  /** Past finality people decide: what the operator does, and what the rows are then. */
  private static Words.Ended rewound(Standing ours, Set<String> truth) throws Exception {
    Words.Ended ended =
        ((Ours) ours.contestant())
            .command(
                ours.database(), ours.proxy().url(), "listener", "rewind", "bench", "--execute");
    awaitRight(ours, truth);
    say("  %-10s after listener rewind (exit %d): %s", ours.name(), ended.exit(), ours.text());
    return ended;
  }

  private static void awaitRight(Standing ours, Set<String> truth) throws Exception {
    Instant end = Instant.now().plus(AFTERWARDS);
    do {
      Thread.sleep(LOOKS_AGAIN_AFTER);
      ours.look(truth, Instant.now());
    } while (!ours.isRight() && Instant.now().isBefore(end));
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
