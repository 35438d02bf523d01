package dev.metaops.stories;

import dev.metaops.sim.SimChain;
import dev.metaops.sim.SimLiar;
import dev.metaops.sim.SimMarket;
import dev.metaops.sim.SimNode;
import dev.metaops.sim.SimOrder;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.TrialLedger;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What one seed makes of a market, its chain, its venue, and one to three nodes wrong by turns. */
final class SeededWorld {
  private final SplittableRandom random;
  private final TrialLedger ledger;
  private final SettableTicker ticker;
  private final Consumer<String> said;
  private final SimChain chain;
  private final SimMarket market;
  private final int finality;
  private final List<SeededNode> nodes = new ArrayList<>();
  private final List<SimOrder> unwritten;
  private final boolean provesLater;
  private long finalEver;
  private int reorgs;

  /**
   * Makes it.
   *
   * @param random goes on being drawn from
   * @param ledger where the venue writes its rows
   * @param said hears what happens
   */
  SeededWorld(
      long seed,
      SplittableRandom random,
      TrialLedger ledger,
      SettableTicker ticker,
      Consumer<String> said) {
    this.random = random;
    this.ledger = ledger;
    this.ticker = ticker;
    this.said = said;
    this.finality = 4 + random.nextInt(6);
    this.chain = new SimChain(seed, new SimChain.Depths(2, finality));
    this.market = new SimMarket(seed, chain, 4 + random.nextInt(12));
    int count = 1 + random.nextInt(3);
    for (int number = 0; number < count; number++) {
      SimNode.Orphans orphans =
          random.nextBoolean() ? SimNode.Orphans.KEPT : SimNode.Orphans.FORGOTTEN;
      SimLiar liar = new SimLiar(chain, new SimNode(chain, orphans));
      nodes.add(new SeededNode(liar, number, random.nextLong(), ticker));
    }
    this.provesLater = random.nextInt(4) == 0;
    this.unwritten = new ArrayList<>(market.orders());
  }

  SimChain chain() {
    return chain;
  }

  SimMarket market() {
    return market;
  }

  List<SeededNode> nodes() {
    return nodes;
  }

  /** Blocks until one is final. */
  int finality() {
    return finality;
  }

  /** Whether what nodes say of final blocks is believed first and proved later. */
  boolean provesLater() {
    return provesLater;
  }

  /** The highest block that ever was final; 0 after a reorg past it. */
  long finalEver() {
    return finalEver;
  }

  int reorgs() {
    return reorgs;
  }

  /** How often each fault was put in. */
  Map<String, Long> faults() {
    Map<String, Long> faults = new LinkedHashMap<>();
    nodes.forEach(node ->
        node.injected()
            .forEach((fault, times) -> faults.merge(fault.kind().word(), times, Long::sum)));
    return faults;
  }

  /** Final blocks alone are believed before they are proved, so there are many before it begins. */
  void beginsLate() throws SQLException {
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
   * Orders whose end was made up. A node's word counts until a block is proved: with proofs later,
   * and before anything of this chain was recomputed.
   */
  Set<String> deceived() {
    Set<String> keys =
        nodes.stream().flatMap(node -> node.madeUp().stream()).collect(Collectors.toSet());
    return market.orders().stream()
        .filter(order -> keys.contains(order.key()))
        .map(SimOrder::id)
        .collect(Collectors.toSet());
  }

  /**
   * One thing happens.
   *
   * @param what which, from 0 to 99; those of the listener's own life are left to others
   */
  void happen(int what) {
    if (what < 45) {
      market.mine();
    } else if (what < 55) {
      int most = Math.toIntExact(chain.headNumber() - finalEver);
      if (most > 0) {
        reorg(1 + random.nextInt(most));
      }
    } else if (what < 84) {
      turn(nodes.get(random.nextInt(nodes.size())));
    } else if (what < 88) {
      chain.stallFinality();
    } else if (what < 92) {
      chain.resumeFinality();
    } else if (what < 94) {
      chain.regressFinality(1 + random.nextInt(4));
    } else {
      ticker.advance(Duration.ofMinutes(random.nextInt(120)));
    }
  }

  /** The venue writes, time goes by, and what is final is seen. */
  void goOn() throws SQLException {
    writeSome();
    ticker.advance(Duration.ofMillis(random.nextLong(15_000)));
    finalEver = Math.max(finalEver, chain.finalizedNumber());
  }

  void reorg(int depth) {
    said.accept("reorg of " + depth + " at " + chain.headNumber());
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
    said.accept("node " + nodes.indexOf(node) + ": " + node.faults());
  }

  /** The venue writes rows before, while and after their money comes. */
  void writeSome() throws SQLException {
    while (!unwritten.isEmpty() && random.nextInt(3) == 0) {
      ledger.insert(SimVenue.terms(unwritten.removeLast()));
    }
  }

  /** All nodes are honest, all rows are written, and what is under way comes to its end. */
  void recover() throws SQLException {
    nodes.forEach(SeededNode::isHonest);
    while (!unwritten.isEmpty()) {
      writeSome();
    }
    market.settle();
    finalEver = chain.finalizedNumber();
    ticker.advance(Duration.ofDays(30));
  }

  /** After a reorg past what was final. */
  void forgetFinality() {
    finalEver = 0;
  }

  SimTruth truth() {
    return new SimTruth(market, chain, nodes.getFirst().provider());
  }
}
