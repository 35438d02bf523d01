package dev.metaops.bench;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What ours has to show of a fault; each target it misses, in words. */
final class FaultTargets {
  private final Scenario scenario;
  private final Standing ours;
  private final List<String> missed = new ArrayList<>();

  FaultTargets(Scenario scenario, Standing ours) {
    this.scenario = scenario;
    this.ours = ours;
  }

  List<String> missed() {
    return missed;
  }

  private void require(boolean isSo, String otherwise) {
    if (!isSo) {
      missed.add(otherwise);
    }
  }

  /**
   * Up to finality: nothing lost, nothing made up, nothing frozen; where the node lied an alarm,
   * the answer kept, and red while the lie stood.
   *
   * @param block when the block after the first one that is wrong was there
   */
  void upToFinality(Optional<Instant> block) throws SQLException {
    require(ours.isRight(), ours.lost() + " lost, " + ours.phantom() + " phantom");
    require(number("SELECT count(*) FROM metaops.freeze WHERE lifted_at IS NULL") == 0, "frozen");
    require(
        !scenario.isLieAboutReceipts() || ours.proxy().injected() > 0,
        "the node was not asked what it lies about: nothing was measured");
    // Who never asks what the node lies about has nothing to tell of it.
    if (scenario.isLie() && ours.proxy().injected() > 0) {
      alarmed(block);
      require(ours.evidence() > 0, "no answer of the node is kept");
      require(ours.wasRed(), "/health/truth was never red");
    }
  }

  /**
   * While the only node lies: the block it lies about, and those above it, are not the ledger's.
   */
  void heldBelow(long block) throws SQLException {
    require(
        number("SELECT cursor_number FROM metaops.stream") < block,
        "block " + block + " was taken");
    require(ours.phantom() == 0, ours.phantom() + " phantom while held");
    require(ours.truthStatus() == 503, "/health/truth is not red while held");
  }

  /**
   * Deeper than finality: frozen, red, a finding, both forks.
   *
   * @param block when the block after the fork was there
   */
  void pastFinality(Optional<Instant> block) throws SQLException {
    alarmed(block);
    require(isOpen(), "no finding finality-violated");
    require(
        number("SELECT count(*) FROM metaops.freeze WHERE lifted_at IS NULL") == 1, "not frozen");
    require(ours.truthStatus() == 503, "/health/truth is not red");
    require(
        number(
                "SELECT count(*) FROM metaops.block a JOIN metaops.block b USING (chain_id, number)"
                    + " WHERE a.canonical AND NOT b.canonical")
            > 0,
        "only one fork is kept");
    require(
        number(
                "SELECT count(*) FROM metaops.order_change c, metaops.finding f"
                    + " WHERE f.code = 'finality-violated' AND c.at > f.first_seen")
            == 0,
        "rows moved while frozen");
  }

  /** After {@code listener rewind}: right, thawed, and the block it went back to is on record. */
  void rewound(Words.Ended ended) throws SQLException {
    require(ended.exit() == 0, "listener rewind ends " + ended.exit());
    require(ours.isRight(), ours.lost() + " lost, " + ours.phantom() + " phantom after the rewind");
    require(!isOpen(), "the finding stays after the rewind");
    require(
        number("SELECT count(*) FROM metaops.freeze WHERE lifted_at IS NULL") == 0,
        "frozen after the rewind");
    require(
        number(
                "SELECT count(*) FROM metaops.record WHERE kind = 'rewind'"
                    + " AND entry LIKE '%header_rlp%0x%' AND entry LIKE '%linked_to%'")
            == 1,
        "no record of the rewind holds the block's proof");
  }

  private void alarmed(Optional<Instant> block) {
    Optional<Instant> alarm = ours.alarmedAt();
    require(alarm.isPresent(), "no alarm");
    if (alarm.isPresent() && block.isPresent() && alarm.get().isAfter(block.get())) {
      missed.add("an alarm only after the next block");
    }
  }

  private boolean isOpen() throws SQLException {
    return number(
            "SELECT count(*) FROM metaops.finding WHERE code = 'finality-violated'"
                + " AND cleared_at IS NULL")
        == 1;
  }

  private long number(String sql) throws SQLException {
    return ours.database().number(sql);
  }
}
