package dev.metaops.bench;

import java.util.List;

/**
 * What goes wrong.
 *
 * @param faults as {@code metaops chaos-rpc} takes them; none when the chain itself does it
 * @param depth blocks that a reorg replaces, 0 when there is none
 */
record Scenario(String name, When when, List<String> faults, int depth) {
  enum When {
    /** The node is wrong while everything is read for the first time. */
    BACKFILL,
    /** The node is wrong about new blocks. */
    LIVE,
    /** The chain takes blocks back. */
    REORG
  }

  /** The block whose logs the backfill is not told of. */
  static final int OMITTED = 30;

  private static final String BOTH =
      "backfill: one log omitted from logs and receipts, and (for metaops) a second, honest node";

  private static final String ALONE =
      "backfill: one log omitted from logs and receipts by the only node, then no more";

  static final List<Scenario> ALL =
      List.of(
          new Scenario(
              "backfill: a block's logs omitted",
              When.BACKFILL,
              List.of("omit-block=block:" + OMITTED),
              0),
          new Scenario(
              "backfill: one log omitted", When.BACKFILL, List.of("omit-log=block:" + OMITTED), 0),
          new Scenario(
              BOTH,
              When.BACKFILL,
              List.of("omit-log=block:" + OMITTED, "omit-receipt-log=block:" + OMITTED),
              0),
          new Scenario(
              ALONE,
              When.BACKFILL,
              List.of("omit-log=block:" + OMITTED, "omit-receipt-log=block:" + OMITTED),
              0),
          new Scenario(
              "live: first answer of each block empty", When.LIVE, List.of("head-empty"), 0),
          new Scenario(
              "live: a third of the answers 3 blocks old", When.LIVE, List.of("lag=3,0.33"), 0),
          reorg(2),
          reorg(10),
          reorg(29),
          reorg(70));

  private static Scenario reorg(int depth) {
    return new Scenario("reorg, " + depth + " blocks deep", When.REORG, List.of(), depth);
  }

  /** Whether what the node says is not so, rather than no longer so or not yet there. */
  boolean isLie() {
    return !faults.isEmpty() && faults.getFirst().startsWith("omit");
  }

  /** Which ours has to ask for, where it need not ask for logs. */
  boolean isLieAboutReceipts() {
    return faults.stream().anyMatch(fault -> fault.startsWith("omit-receipt-log"));
  }

  boolean isPastFinality() {
    return depth > OrdersChain.FINALITY;
  }

  /**
   * Whether there is a second node that tells the truth: one that lies in all it says is useless.
   */
  boolean hasHonestNode() {
    return name.equals(BOTH);
  }

  /** Whether the liar is the only node: then nothing can be right until it is honest. */
  boolean isHeldByItsOnlyNode() {
    return name.equals(ALONE);
  }
}
