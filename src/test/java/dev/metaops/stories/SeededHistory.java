package dev.metaops.stories;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.EscrowAbi;
import dev.metaops.escrow.EscrowProfile;
import dev.metaops.escrow.Escrows;
import dev.metaops.ledger.Certificate;
import dev.metaops.ledger.Gap;
import dev.metaops.ledger.Lease;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.Recorded;
import dev.metaops.ledger.Rewound;
import dev.metaops.ledger.Scope;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.Assurance;
import dev.metaops.listen.EventLog;
import dev.metaops.listen.Followed;
import dev.metaops.listen.SharedBlock;
import dev.metaops.listen.TrialListener;
import dev.metaops.listen.Unproved;
import dev.metaops.listen.Watched;
import dev.metaops.listen.Waypoint;
import dev.metaops.order.OrderTerms;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.sim.SimChain;
import dev.metaops.sim.SimLiar;
import dev.metaops.sim.SimMarket;
import dev.metaops.sim.SimNode;
import dev.metaops.sim.SimOrder;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.TrialLedger;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * What one seed makes of a market, its chain, one to three nodes that are wrong by turns, and a
 * listener that is killed and started again: followed into a ledger and, when all are well again,
 * compared with what the simulator knows.
 */
final class SeededHistory {
  private static final EscrowProfile PROFILE = profile();
  private static final int MOST_STEPS = 600;
  private static final Set<String> ENDS = Set.of("SETTLED", "REFUNDED", "CANCELLED");

  /** What was done to it. */
  record Tally(
      int steps, int reorgs, int kills, Map<String, Long> faults, long refuted, int leftForPeople) {
    long injected() {
      return faults.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** The process dies here. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final long seed;
  private final SplittableRandom random;
  private final SettableTicker ticker;
  private final TrialLedger ledger;
  private final SimChain chain;
  private final SimMarket market;
  private final int finality;
  private final List<SeededNode> nodes = new ArrayList<>();
  private final List<SimOrder> unwritten;
  private final Watched watched;
  private final EventLog events;
  private final List<String> told = new ArrayList<>();
  private Optional<TrialListener> sleeper = Optional.empty();
  private TrialListener listener;
  private Providers providers;
  private long finalEver;
  private long killAfter = Long.MAX_VALUE;
  private int starts;
  private int steps;
  private int reorgs;
  private int kills;
  private int leftForPeople;

  SeededHistory(long seed, TrialLedger ledger, SettableTicker ticker) throws SQLException {
    this.seed = seed;
    this.ledger = ledger;
    this.ticker = ticker;
    this.random = new SplittableRandom(seed);
    this.finality = 4 + random.nextInt(6);
    this.chain = new SimChain(seed, new SimChain.Depths(2, finality));
    this.market = new SimMarket(seed, chain, 4 + random.nextInt(12));
    int count = 1 + random.nextInt(3);
    for (int number = 0; number < count; number++) {
      SimNode.Orphans orphans =
          random.nextBoolean() ? SimNode.Orphans.KEPT : SimNode.Orphans.FORGOTTEN;
      nodes.add(
          new SeededNode(
              new SimLiar(chain, new SimNode(chain, orphans)), number, random.nextLong(), ticker));
    }
    boolean provesLater = random.nextInt(4) == 0;
    this.watched =
        new Watched(
            Optional.of(SimChain.CHAIN_ID),
            Escrows.of(PROFILE, new Address(SimChain.REGISTRY)),
            new SettleOn.Finalized(),
            1 + random.nextInt(20),
            new Assurance(
                provesLater ? Assurance.Proofs.LATER : Assurance.Proofs.AT_ONCE, Unproved.STOP, 2));
    this.events = new EventLog(Path.of("target", "events", "seeds"), _ -> {}, ticker);
    this.unwritten = new ArrayList<>(market.orders());
    ledger.openStream(
        SimChain.CHAIN_ID,
        nodes.getFirst().provider().header(0, soon()).orElseThrow(),
        watched.settleOn());
    this.providers = connected();
    this.listener = started();
  }

  private Deadline soon() {
    return Deadline.in(Duration.ofSeconds(10), ticker);
  }

  private Providers connected() {
    return Providers.of(
        nodes.stream().map(SeededNode::provider).toList(),
        Optional.of(SimChain.CHAIN_ID),
        Providers.Pace.UNHEDGED,
        _ -> {},
        ticker);
  }

  private TrialListener started() throws SQLException {
    Lease lease =
        ledger
            .takeLease(
                SimChain.CHAIN_ID,
                "process " + ++starts,
                ledger.stream().flatMap(Stream::leaseHolder),
                Duration.ofSeconds(60))
            .orElseThrow();
    return new TrialListener(watched, providers, ledger, lease, events, this::passed, ticker);
  }

  private void passed(Waypoint waypoint) {
    if (--killAfter <= 0) {
      killAfter = Long.MAX_VALUE;
      kills++;
      throw new Killed();
    }
  }

  private void startAgain() throws SQLException {
    sleeper = Optional.of(listener);
    providers = connected();
    listener = started();
  }

  /** Lives it and compares; what was done. */
  Tally run() throws SQLException {
    if (watched.assurance().proofs() == Assurance.Proofs.LATER) {
      beginsLate();
    }
    int moments = 15 + random.nextInt(40);
    for (int moment = 0; moment < moments; moment++) {
      happen();
      for (int step = random.nextInt(4); step > 0; step--) {
        step();
      }
    }
    recover();
    compare();
    return tally();
  }

  /** Final blocks alone are believed before they are proved, so there are many before it begins. */
  private void beginsLate() throws SQLException {
    for (int block = 0; block < finality + 10 + random.nextInt(30); block++) {
      market.mine();
      writeSome();
      if (block % 10 == 0) {
        turn(nodes.get(random.nextInt(nodes.size())));
      }
    }
    finalEver = chain.finalizedNumber();
  }

  /**
   * The chain takes back what was final, all nodes show it, and people go back with it; what was
   * done.
   */
  Tally runDeep() throws SQLException {
    for (int block = 0; block < finality + 6 + random.nextInt(20); block++) {
      market.mine();
      writeSome();
    }
    followToHead();
    long settled = ledger.stream().orElseThrow().settledNumber();
    require(settled > 1, "nothing is settled");
    long below = Math.max(0, settled - 1 - random.nextLong(Math.min(settled, 8)));
    reorg(Math.toIntExact(chain.headNumber() - below));
    Map<String, String> before = ledger.rows();
    for (int moment = 0; moment < 4; moment++) {
      Followed followed = step();
      require(followed instanceof Followed.PastSettled, "a chain that broke its word: " + followed);
      market.mine();
    }
    require(ledger.findings().equals(List.of("finality-violated")), "no finding");
    require(ledger.stream().orElseThrow().frozen().isPresent(), "not frozen");
    require(ledger.rows().equals(before), "rows moved while frozen");
    rewind();
    require(ledger.findings().isEmpty(), "the finding stays");
    require(ledger.stream().orElseThrow().frozen().isEmpty(), "still frozen");
    finalEver = 0;
    recover();
    compare();
    return tally();
  }

  private void rewind() throws SQLException {
    SharedBlock.Found found =
        new SharedBlock(providers, ledger, watched.assurance())
            .below(ledger.stream().orElseThrow(), Optional.empty(), soon());
    if (!(found instanceof SharedBlock.Found.Proved(BlockRef to, Optional<String> _, var _))) {
      throw wrong("no shared block: " + found);
    }
    Rewound rewound =
        ledger.rewind(SimChain.CHAIN_ID, to, "dana", "the chain broke its word", "{}");
    require(rewound instanceof Rewound.Done, "rewind: " + rewound);
  }

  private Tally tally() throws SQLException {
    Map<String, Long> faults = new LinkedHashMap<>();
    nodes.forEach(node ->
        node.injected()
            .forEach((fault, times) -> faults.merge(fault.kind().word(), times, Long::sum)));
    return new Tally(steps, reorgs, kills, faults, ledger.refuted(), leftForPeople);
  }

  private void happen() throws SQLException {
    int what = random.nextInt(100);
    if (what < 45) {
      market.mine();
    } else if (what < 55) {
      int most = Math.toIntExact(chain.headNumber() - finalEver);
      if (most > 0) {
        reorg(1 + random.nextInt(most));
      }
    } else if (what < 62) {
      say("process started again");
      startAgain();
    } else if (what < 68) {
      killAfter = 1L + random.nextInt(9);
    } else if (what < 84) {
      turn(nodes.get(random.nextInt(nodes.size())));
    } else if (what < 88) {
      chain.stallFinality();
    } else if (what < 92) {
      chain.resumeFinality();
    } else if (what < 94) {
      chain.regressFinality(1 + random.nextInt(4));
    } else if (what < 96) {
      wakeSleeper();
    } else {
      ticker.advance(Duration.ofMinutes(random.nextInt(120)));
    }
    writeSome();
    ticker.advance(Duration.ofMillis(random.nextLong(15_000)));
    finalEver = Math.max(finalEver, chain.finalizedNumber());
  }

  private void reorg(int depth) {
    say("reorg of " + depth + " at " + chain.headNumber());
    market.reorg(depth);
    reorgs++;
  }

  private void turn(SeededNode node) {
    if (random.nextInt(3) == 0) {
      node.isHonest();
    } else if (nodes.size() > 1 && random.nextInt(12) == 0) {
      nodes.forEach(SeededNode::isHonest);
      node.isRash();
    } else {
      node.errs();
    }
    say("node " + nodes.indexOf(node) + ": " + node.faults());
  }

  /** The venue writes rows before, while and after their money comes. */
  private void writeSome() throws SQLException {
    while (!unwritten.isEmpty() && random.nextInt(3) == 0) {
      SimOrder order = unwritten.removeLast();
      ledger.insert(
          OrderTerms.whole(
              order.id(),
              new Address(order.buyer()),
              new Address(order.seller()),
              new Address(order.token()),
              order.amount(),
              new Address(order.contract()),
              new Hash(order.key())));
    }
  }

  private Followed step() throws SQLException {
    steps++;
    Followed followed;
    try {
      followed = listener.step(soon());
    } catch (RpcUnavailable unavailable) {
      followed = new Followed.Held("unavailable: " + unavailable.getMessage());
      ticker.advance(Duration.ofSeconds(1));
    } catch (Killed killed) {
      followed = new Followed.Held("killed");
      startAgain();
    }
    say(chain.headNumber() + "/" + finalEver + " " + followed);
    nothingEndedTooSoon();
    return followed;
  }

  /** A process that lost its lease wakes and writes nothing. */
  private void wakeSleeper() throws SQLException {
    if (sleeper.isEmpty()) {
      return;
    }
    try {
      Followed followed = sleeper.get().step(soon());
      require(
          followed instanceof Followed.LeaseLost || followed instanceof Followed.Held,
          "one that lost its lease: " + followed);
    } catch (RpcUnavailable | Killed unavailable) {
      say("the sleeper: " + unavailable);
    }
  }

  private void nothingEndedTooSoon() throws SQLException {
    Map<String, String> ended = market.rowsAt(Math.min(finalEver, chain.headNumber()));
    if (finalEver == 0) {
      return;
    }
    Set<String> deceived = deceived();
    ledger
        .rows()
        .forEach((id, state) ->
            require(
                !ENDS.contains(state) || state.equals(ended.get(id)) || deceived.contains(id),
                id + " is " + state + ", and final is only " + ended.get(id)));
  }

  /**
   * Orders whose end was made up. A node's word counts until a block is proved: with proofs later,
   * and before anything of this chain was recomputed.
   */
  private Set<String> deceived() {
    Set<String> keys =
        nodes.stream().flatMap(node -> node.madeUp().stream()).collect(Collectors.toSet());
    return market.orders().stream()
        .filter(order -> keys.contains(order.key()))
        .map(SimOrder::id)
        .collect(Collectors.toSet());
  }

  /**
   * A row that ended on what was made up, and otherwise in truth, waits for people, who are told.
   */
  private boolean isLeftForPeople(String id, String truth, String row) throws SQLException {
    boolean isLeft =
        deceived().contains(id)
            && ENDS.contains(truth)
            && row.equals("SETTLED")
            && ledger.findings().contains("row-refuted");
    leftForPeople += isLeft ? 1 : 0;
    return isLeft;
  }

  private void recover() throws SQLException {
    nodes.forEach(SeededNode::isHonest);
    killAfter = Long.MAX_VALUE;
    while (!unwritten.isEmpty()) {
      writeSome();
    }
    market.settle();
    finalEver = chain.finalizedNumber();
    ticker.advance(Duration.ofDays(30));
    followToHead();
  }

  private void followToHead() throws SQLException {
    String last = "";
    for (int more = 0; more < MOST_STEPS; more++) {
      Followed followed = step();
      require(!(followed instanceof Followed.PastSettled), "false alarm: " + followed);
      require(!(followed instanceof Followed.LeaseLost), followed.toString());
      Stream stream = ledger.stream().orElseThrow();
      if (followed instanceof Followed.AtHead
          && stream.cursor().number() == chain.headNumber()
          && stream.settledNumber() == chain.finalizedNumber()
          && gaps().isEmpty()) {
        return;
      }
      last =
          followed
              + ", cursor "
              + stream.cursor()
              + ", settled "
              + stream.settledNumber()
              + " of "
              + chain.finalizedNumber()
              + ", gaps "
              + gaps();
      ticker.advance(Duration.ofSeconds(11));
    }
    throw wrong("it never catches up: " + last);
  }

  private List<Gap> gaps() throws SQLException {
    return ledger.gaps(
        SimChain.CHAIN_ID, Scope.of(watched.escrows()), Ledger.Agreement.IS_A_GAP, 10);
  }

  private void compare() throws SQLException {
    Map<String, String> truth = market.rows();
    Map<String, String> rows = ledger.rows();
    for (Map.Entry<String, String> row : truth.entrySet()) {
      String is = rows.getOrDefault(row.getKey(), "none");
      require(
          is.equals(row.getValue()) || isLeftForPeople(row.getKey(), row.getValue(), is),
          row.getKey() + " is " + is + ", not " + row.getValue());
    }
    Set<String> keys = market.orders().stream().map(SimOrder::key).collect(Collectors.toSet());
    List<Recorded> recorded = ledger.events(SimChain.CHAIN_ID, 0, chain.headNumber(), 100_000);
    List<String> ours =
        recorded.stream()
            .filter(one -> keys.contains(one.key().text()))
            .map(one -> one.block().hash().text() + ":" + one.index() + " " + one.key().text())
            .toList();
    List<String> theirs =
        market.events().stream()
            .map(line ->
                line.substring(0, line.indexOf(' ')) + line.substring(line.lastIndexOf(' ')))
            .toList();
    Set<String> lost = new HashSet<>(theirs);
    ours.forEach(lost::remove);
    Set<String> phantom = new HashSet<>(ours);
    theirs.forEach(phantom::remove);
    require(lost.isEmpty(), "lost: " + lost);
    require(phantom.isEmpty(), "phantom: " + phantom);
    require(ours.equals(theirs), "not in order, or twice: " + ours);
    certificatesLink();
  }

  private void certificatesLink() throws SQLException {
    BlockRef below = nodes.getFirst().provider().header(0, soon()).orElseThrow().ref();
    List<Certificate> all = new ArrayList<>(ledger.certificates(SimChain.CHAIN_ID, 100_000));
    all.sort(Comparator.comparingLong(Certificate::from));
    for (Certificate one : all) {
      require(
          one.from() == below.number() + 1 && one.previous().equals(below.hash()),
          one + " does not stand on " + below);
      require(one.completeness().isProved(), one + " is not proved");
      below = new BlockRef(one.to(), one.end());
    }
    BlockRef end =
        nodes.getFirst().provider().header(chain.finalizedNumber(), soon()).orElseThrow().ref();
    require(below.equals(end), "certified up to " + below + ", not " + end);
  }

  private void say(String line) {
    told.add(line);
  }

  private void require(boolean isSo, String otherwise) {
    if (!isSo) {
      throw wrong(otherwise);
    }
  }

  private AssertionError wrong(String what) {
    return new AssertionError(
        "seed "
            + seed
            + " ("
            + nodes.size()
            + " nodes, "
            + watched.assurance().proofs()
            + "): "
            + what
            + "\n  "
            + String.join("\n  ", told));
  }

  private static EscrowProfile profile() {
    try (InputStream in =
        SeededHistory.class.getResourceAsStream("/contracts/RegistryEscrow.json")) {
      return EscrowProfile.registry(
          EscrowAbi.parse(
              new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
