package dev.metaops.stories;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.SettleOn;
import dev.metaops.ledger.Gap;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.Rewound;
import dev.metaops.ledger.Scope;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.Assurance;
import dev.metaops.listen.Followed;
import dev.metaops.listen.SharedBlock;
import dev.metaops.listen.Unproved;
import dev.metaops.listen.Watched;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.sim.SimChain;
import dev.metaops.sim.SimMarket;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.TrialLedger;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What one seed makes of a market, its chain, its nodes, and a listener that is killed and started
 * again: followed into a ledger and, when all are well again, compared with what the simulator
 * knows.
 */
final class SeededHistory {
  private static final int MOST_STEPS = 600;
  private static final Set<String> ENDS = Set.of("SETTLED", "REFUNDED", "CANCELLED");

  /** What was done to it. */
  record Tally(
      int steps, int reorgs, int kills, Map<String, Long> faults, long refuted, int leftForPeople) {
    long injected() {
      return faults.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  private final long seed;
  private final SplittableRandom random;
  private final SettableTicker ticker;
  private final TrialLedger ledger;
  private final SeededWorld world;
  private final SimChain chain;
  private final SimMarket market;
  private final Watched watched;
  private final KilledListener listener;
  private final List<String> told = new ArrayList<>();
  private int steps;
  private int leftForPeople;

  SeededHistory(long seed, TrialLedger ledger, SettableTicker ticker) throws SQLException {
    this.seed = seed;
    this.ledger = ledger;
    this.ticker = ticker;
    this.random = new SplittableRandom(seed);
    this.world = new SeededWorld(seed, random, ledger, ticker, this::say);
    this.chain = world.chain();
    this.market = world.market();
    this.watched =
        new Watched(
            Optional.of(SimChain.CHAIN_ID),
            SimVenue.escrows(),
            new SettleOn.Finalized(),
            1 + random.nextInt(20),
            new Assurance(
                world.provesLater() ? Assurance.Proofs.LATER : Assurance.Proofs.AT_ONCE,
                Unproved.STOP,
                2));
    ledger.openStream(
        SimChain.CHAIN_ID,
        world.nodes().getFirst().provider().header(0, soon()).orElseThrow(),
        watched.settleOn());
    this.listener = new KilledListener(watched, world.nodes(), ledger, ticker);
  }

  private Deadline soon() {
    return Deadline.in(Duration.ofSeconds(10), ticker);
  }

  /** Lives it and compares; what was done. */
  Tally run() throws SQLException {
    if (world.provesLater()) {
      world.beginsLate();
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

  /**
   * The chain takes back what was final, all nodes show it, and people go back with it; what was
   * done.
   */
  Tally runDeep() throws SQLException {
    for (int block = 0; block < world.finality() + 6 + random.nextInt(20); block++) {
      market.mine();
      world.writeSome();
    }
    followToHead();
    long settled = ledger.stream().orElseThrow().settledNumber();
    require(settled > 1, "nothing is settled");
    long below = Math.max(0, settled - 1 - random.nextLong(Math.min(settled, 8)));
    world.reorg(Math.toIntExact(chain.headNumber() - below));
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
    world.forgetFinality();
    recover();
    compare();
    return tally();
  }

  private void rewind() throws SQLException {
    SharedBlock.Found found =
        new SharedBlock(listener.providers(), ledger, watched.assurance())
            .below(ledger.stream().orElseThrow(), Optional.empty(), soon());
    if (!(found instanceof SharedBlock.Found.Proved(BlockRef to, Optional<String> _, var _))) {
      throw wrong("no shared block: " + found);
    }
    Rewound rewound =
        ledger.rewind(SimChain.CHAIN_ID, to, "dana", "the chain broke its word", "{}");
    require(rewound instanceof Rewound.Done, "rewind: " + rewound);
  }

  private Tally tally() throws SQLException {
    return new Tally(
        steps, world.reorgs(), listener.kills(), world.faults(), ledger.refuted(), leftForPeople);
  }

  private void happen() throws SQLException {
    int what = random.nextInt(100);
    if (what >= 55 && what < 62) {
      say("process started again");
      listener.startAgain();
    } else if (what >= 62 && what < 68) {
      listener.dieAfter(1L + random.nextInt(9));
    } else if (what >= 94 && what < 96) {
      wakeSleeper();
    } else {
      world.happen(what);
    }
    world.goOn();
  }

  private Followed step() throws SQLException {
    steps++;
    Followed followed;
    try {
      followed = listener.step(soon());
    } catch (RpcUnavailable unavailable) {
      followed = new Followed.Held("unavailable: " + unavailable.getMessage());
      ticker.advance(Duration.ofSeconds(1));
    }
    say(chain.headNumber() + "/" + world.finalEver() + " " + followed);
    nothingEndedTooSoon();
    return followed;
  }

  /** A process that lost its lease wakes and writes nothing. */
  private void wakeSleeper() throws SQLException {
    try {
      listener
          .wakeSleeper(soon())
          .ifPresent(followed ->
              require(
                  followed instanceof Followed.LeaseLost || followed instanceof Followed.Held,
                  "one that lost its lease: " + followed));
    } catch (RpcUnavailable unavailable) {
      say("the sleeper: " + unavailable);
    }
  }

  private void nothingEndedTooSoon() throws SQLException {
    Map<String, String> ended = market.rowsAt(Math.min(world.finalEver(), chain.headNumber()));
    if (world.finalEver() == 0) {
      return;
    }
    Set<String> deceived = world.deceived();
    ledger
        .rows()
        .forEach((id, state) ->
            require(
                !ENDS.contains(state) || state.equals(ended.get(id)) || deceived.contains(id),
                id + " is " + state + ", and final is only " + ended.get(id)));
  }

  private void recover() throws SQLException {
    listener.livesOn();
    world.recover();
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
    SimTruth truth = world.truth();
    for (SimTruth.Wrong row : truth.wrongRows(ledger.rows())) {
      require(isLeftForPeople(row), row.toString());
      leftForPeople++;
    }
    List<String> otherwise = truth.otherwise(ledger, soon());
    require(otherwise.isEmpty(), otherwise.toString());
  }

  /**
   * A row that ended on what was made up, and otherwise in truth, waits for people, who are told.
   */
  private boolean isLeftForPeople(SimTruth.Wrong row) throws SQLException {
    return world.deceived().contains(row.id())
        && ENDS.contains(row.truth())
        && row.is().equals("SETTLED")
        && ledger.findings().contains("row-refuted");
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
            + world.nodes().size()
            + " nodes, "
            + watched.assurance().proofs()
            + "): "
            + what
            + "\n  "
            + String.join("\n  ", told));
  }
}
