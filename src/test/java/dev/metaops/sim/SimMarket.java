package dev.metaops.sim;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Orders and the lives they lead on a simulated chain, both from one seed. Deeds wait in a pool,
 * each order's in their order; a reorg puts orphaned ones back, and some are never sent again. The
 * truth it keeps is what the registry's own rules made of the canonical blocks.
 */
public final class SimMarket {
  private static final int MOST_IN_BLOCK = 4;

  private final SplittableRandom random;
  private final SimChain chain;
  private final List<SimOrder> orders = new ArrayList<>();
  private final List<Deed> pool = new ArrayList<>();
  private long deeds;

  public SimMarket(long seed, SimChain chain, int orders) {
    this.random = new SplittableRandom(seed);
    this.chain = chain;
    for (int number = 1; number <= orders; number++) {
      SimOrder order =
          SimOrder.of(
              "ord_" + number,
              BigInteger.valueOf(1_000_000L + random.nextLong(1_000_000_000L)),
              SimChain.REGISTRY);
      this.orders.add(order);
    }
    List<List<Deed>> lives = new ArrayList<>();
    this.orders.forEach(order -> lives.add(life(order)));
    interleave(lives);
  }

  /** Every order of the venue, in the order of their numbers. */
  public List<SimOrder> orders() {
    return List.copyOf(orders);
  }

  private List<Deed> life(SimOrder order) {
    List<Deed.What> life = new ArrayList<>();
    if (random.nextInt(5) == 0) {
      life.add(random.nextBoolean() ? Deed.What.FOREIGN_LIFE : Deed.What.CREATE_OF_ONE_WEI);
    }
    switch (random.nextInt(8)) {
      case 0 -> {
        // Its money never comes.
      }
      case 1 -> life.add(Deed.What.CREATE);
      case 2 -> life.addAll(List.of(Deed.What.CREATE, Deed.What.REFUND));
      case 3 -> life.addAll(List.of(Deed.What.CREATE, Deed.What.CANCEL));
      case 4 -> life.addAll(List.of(Deed.What.CREATE, Deed.What.DISPUTE));
      case 5 -> life.addAll(List.of(Deed.What.CREATE, Deed.What.DISPUTE, Deed.What.REFUND));
      case 6 -> life.addAll(List.of(Deed.What.CREATE, Deed.What.DISPUTE, Deed.What.RELEASE));
      default -> life.addAll(List.of(Deed.What.CREATE, Deed.What.RELEASE));
    }
    if (random.nextInt(4) == 0) {
      life.add(Deed.What.RELEASE);
    }
    if (random.nextInt(3) == 0) {
      life.add(random.nextInt(life.size() + 1), Deed.What.NOISE);
    }
    return life.stream().map(what -> new Deed(deeds++, what, order)).toList();
  }

  /** Any order, but each life in its own. */
  private void interleave(List<List<Deed>> lives) {
    List<List<Deed>> open = new ArrayList<>();
    lives.forEach(life -> open.add(new ArrayList<>(life)));
    open.removeIf(List::isEmpty);
    while (!open.isEmpty()) {
      List<Deed> life = open.get(random.nextInt(open.size()));
      pool.add(life.removeFirst());
      open.removeIf(List::isEmpty);
    }
  }

  /** Mines one block with what comes next, or with nothing. */
  public void mine() {
    int count = Math.min(pool.size(), random.nextInt(MOST_IN_BLOCK + 1));
    List<Deed> next = new ArrayList<>(pool.subList(0, count));
    pool.subList(0, count).clear();
    if (random.nextInt(6) == 0) {
      Deed.What filler = random.nextBoolean() ? Deed.What.SILENCE : Deed.What.PAUSE;
      next.add(new Deed(deeds++, filler, orders.getFirst()));
    }
    chain.mine(next);
  }

  /**
   * Replaces the last blocks by as many others and one more. What was in them is sent again, in
   * part, in other blocks and mixed with what comes next.
   */
  public void reorg(int depth) {
    List<Deed> lost = new ArrayList<>(chain.orphan(depth));
    lost.removeIf(_ -> random.nextInt(10) == 0);
    if (random.nextInt(3) == 0) {
      Collections.shuffle(lost, new Random(random.nextLong()));
    }
    pool.addAll(0, lost);
    for (int block = 0; block <= depth; block++) {
      mine();
    }
  }

  /** Whether every deed is in a block. */
  public boolean isQuiet() {
    return pool.isEmpty();
  }

  /** Mines until every deed is included, and then until all of it is final. */
  public void settle() {
    while (!isQuiet()) {
      mine();
    }
    chain.resumeFinality();
    long last = chain.headNumber();
    while (chain.finalizedNumber() < last) {
      chain.mine(List.of());
    }
  }

  /**
   * The state each order's row must finally be in, by order id, when the canonical branch as it
   * stands is final and every row began as CREATED.
   */
  public Map<String, String> rows() {
    return rowsAt(chain.headNumber());
  }

  /** The same when only the blocks up to this one are final, and no other is there. */
  public Map<String, String> rowsAt(long number) {
    Map<String, String> rows = new LinkedHashMap<>();
    Map<String, Standing> held = chain.at(number).orElseThrow().held();
    orders.forEach(
        order -> rows.put(order.id(), held.getOrDefault(order.key(), Standing.NONE).row()));
    return rows;
  }

  /**
   * Every event of the registry about an order of the venue in the canonical branch, as {@code
   * block-hash:log-index topic key}, in chain order.
   */
  public List<String> events() {
    List<String> events = new ArrayList<>();
    List<String> keys = orders.stream().map(SimOrder::key).toList();
    for (long number = 0; number <= chain.headNumber(); number++) {
      SimBlock block = chain.at(number).orElseThrow();
      for (SimBlock.Included one : block.included()) {
        for (int at = 0; at < one.effect().logs().size(); at++) {
          SimLog log = one.effect().logs().get(at);
          if (log.address().equals(SimChain.REGISTRY) && keys.contains(log.topics().get(1))) {
            events.add(
                block.hash()
                    + ":"
                    + (one.firstLog() + at)
                    + " "
                    + log.topics().get(0)
                    + " "
                    + log.topics().get(1));
          }
        }
      }
    }
    return events;
  }
}
