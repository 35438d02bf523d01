package dev.metaops.bench;

import java.util.List;

/**
 * What goes wrong.
 *
 * @param fault as {@code metaops chaos-rpc} takes it; empty when the chain itself does it
 * @param depth blocks that a reorg replaces, 0 when there is none
 */
record Scenario(String name, When when, String fault, int depth) {
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

  static final List<Scenario> ALL =
      List.of(
          new Scenario(
              "backfill: a block's logs omitted", When.BACKFILL, "omit-block=block:" + OMITTED, 0),
          new Scenario("backfill: one log omitted", When.BACKFILL, "omit-log=block:" + OMITTED, 0),
          new Scenario("live: first answer of each block empty", When.LIVE, "head-empty", 0),
          new Scenario("live: every third answer 3 blocks old", When.LIVE, "lag=3,every:3", 0),
          reorg(2),
          reorg(10),
          reorg(29),
          reorg(70));

  private static Scenario reorg(int depth) {
    return new Scenario("reorg, " + depth + " blocks deep", When.REORG, "", depth);
  }

  boolean isPastFinality() {
    return depth > OrdersChain.FINALITY;
  }

  /** Whether somebody has to hear of it: the node said what was not so, or final blocks went. */
  boolean callsForAlarm() {
    return when == When.BACKFILL || isPastFinality();
  }
}
