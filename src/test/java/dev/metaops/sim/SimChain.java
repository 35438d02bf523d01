package dev.metaops.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tree of blocks, one branch of which is canonical. Finality follows the head at a distance
 * unless it is told otherwise, and nothing keeps a reorg from going below it. Thread-safe.
 */
public final class SimChain {
  public static final long CHAIN_ID = 31_337;

  /** The contract whose events are about the orders. */
  public static final String REGISTRY = Deed.REGISTRY;

  /**
   * How far below the head the tags are.
   *
   * @param finalized no less than safe
   */
  public record Depths(int safe, int finalized) {}

  private final Depths depths;
  private final Map<String, SimBlock> byHash = new HashMap<>();
  private final Map<String, SimOrder> terms = new HashMap<>();
  private final List<SimBlock> canonical = new ArrayList<>();
  private long finalized;
  private boolean isStalled;
  private int forks;

  public SimChain(long seed, Depths depths) {
    this.depths = depths;
    add(SimBlock.genesis(seed));
  }

  private void add(SimBlock block) {
    canonical.add(block);
    byHash.put(block.hash(), block);
  }

  synchronized SimBlock mine(List<Deed> deeds) {
    deeds.forEach(deed -> terms.put(deed.paid().key(), deed.paid()));
    SimBlock block = canonical.getLast().next(deeds, " fork " + forks);
    add(block);
    if (!isStalled) {
      finalized = Math.max(finalized, Math.max(0, block.number() - depths.finalized()));
    }
    return block;
  }

  /**
   * Orphans the last blocks; whatever is mined next stands on the one below them.
   *
   * @param depth how many, genesis excluded
   * @return the deeds that are not included any more
   */
  synchronized List<Deed> orphan(int depth) {
    List<Deed> lost = new ArrayList<>();
    for (int gone = 0; gone < depth && canonical.size() > 1; gone++) {
      lost.addAll(
          0, canonical.removeLast().included().stream().map(SimBlock.Included::deed).toList());
    }
    forks++;
    return lost;
  }

  /** From now on the tag {@code finalized} stays where it is. */
  public synchronized void stallFinality() {
    isStalled = true;
  }

  public synchronized void resumeFinality() {
    isStalled = false;
  }

  /** The tag {@code finalized} goes back, as that of a node restored from a backup does. */
  public synchronized void regressFinality(int blocks) {
    finalized = Math.max(0, finalized - blocks);
  }

  synchronized SimBlock head() {
    return canonical.getLast();
  }

  public synchronized long headNumber() {
    return head().number();
  }

  /** At most the head's, also after a reorg below it. */
  public synchronized long finalizedNumber() {
    return Math.min(finalized, head().number());
  }

  synchronized long safeNumber() {
    return Math.max(finalizedNumber(), Math.max(0, head().number() - depths.safe()));
  }

  synchronized Optional<SimBlock> at(long number) {
    return number >= 0 && number < canonical.size()
        ? Optional.of(canonical.get((int) number))
        : Optional.empty();
  }

  /** Orphans too. */
  synchronized Optional<SimBlock> of(String hash) {
    return Optional.ofNullable(byHash.get(hash));
  }

  synchronized boolean isCanonical(SimBlock block) {
    return at(block.number()).filter(block::equals).isPresent();
  }

  synchronized Optional<SimOrder> termsOf(String key) {
    return Optional.ofNullable(terms.get(key));
  }

  /** The canonical block that includes this transaction. */
  synchronized Optional<SimBlock> including(String transaction) {
    return canonical.reversed().stream()
        .filter(block ->
            block.included().stream().anyMatch(one -> one.deed().hash().equals(transaction)))
        .findFirst();
  }
}
