package dev.metaops.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the listener follows the chain, and how it is watched.
 *
 * @param pollInterval between two looks at the head when no hint arrives
 * @param staleAfter a ledger further behind than this is not believed
 * @param blocksPerTransaction in backfill; at the head each block is its own transaction
 * @param proof when blocks that may hold events of the escrow are proved
 * @param unproved what becomes of a block that cannot be proved though its chain can
 * @param anchors how many nodes have to hold a block for final; all where there are fewer
 * @param sweepInterval between two comparisons of all open orders with the contract itself; empty
 *     when there are none
 */
public record ListenSection(
    Duration pollInterval,
    Duration staleAfter,
    int blocksPerTransaction,
    Proof proof,
    Unproved unproved,
    int anchors,
    Optional<Duration> sweepInterval) {

  /** When blocks are proved. */
  public enum Proof {
    AT_ONCE,
    LATER
  }

  /** What becomes of a block that cannot be proved. */
  public enum Unproved {
    STOP,
    AGREE,
    TRUST
  }

  static final Key POLL_INTERVAL =
      Key.of(
              "listen",
              "poll-interval",
              "a duration up to 10m; a number alone counts seconds",
              "Between two looks at the chain's head when no hint arrives.")
          .standard("1s");
  static final Key STALE_AFTER =
      Key.of(
              "listen",
              "stale-after",
              "a duration up to 1d; a number alone counts seconds",
              "A ledger further behind is not believed; commands then ask the chain at once.")
          .standard("60s");
  static final Key BLOCKS_PER_TRANSACTION =
      Key.of(
              "listen",
              "blocks-per-transaction",
              "a number from 1 to 10000",
              "How many blocks backfill commits together at most; fewer where they hold more than"
                  + " 10000 events.")
          .standard("400");
  static final Key PROOF =
      Key.of(
              "listen",
              "proof",
              "at-once or later",
              "When the receipts of a block are hashed to its root: before its events count; or,"
                  + " for final blocks, after eth_getLogs was believed, in idle moments (a gap"
                  + " until then).")
          .standard("at-once");
  static final Key UNPROVED =
      Key.of(
              "listen",
              "unproved",
              "stop, agree or trust",
              "What becomes of a block that cannot be proved though its chain could be so far:"
                  + " nothing is read past it; read it when the nodes say the same; or read it on"
                  + " one node's word.")
          .standard("stop");
  static final Key ANCHORS =
      Key.of(
              "listen",
              "anchors",
              "a number from 1 to 16",
              "How many providers have to hold a block for final before it is; all where fewer are"
                  + " configured.")
          .standard("2");
  static final Key SWEEP_INTERVAL =
      Key.of(
              "listen",
              "sweep-interval",
              "a duration up to 1d, or off; a number alone counts minutes",
              "How often serve compares every open order with the contract itself.")
          .standard("5m");
  static final List<Key> KEYS =
      List.of(
          POLL_INTERVAL,
          STALE_AFTER,
          BLOCKS_PER_TRANSACTION,
          PROOF,
          UNPROVED,
          ANCHORS,
          SWEEP_INTERVAL);

  static ListenSection from(Section section) {
    return new ListenSection(
        section.duration(POLL_INTERVAL, Duration.ofSeconds(1), Duration.ofMinutes(10)),
        section.duration(STALE_AFTER, Duration.ofSeconds(1), Duration.ofDays(1)),
        section.number(BLOCKS_PER_TRANSACTION, 1, 10_000),
        section.text(PROOF, text -> text.matches("at-once|later")).equals("later")
            ? Proof.LATER
            : Proof.AT_ONCE,
        Unproved.valueOf(
            section
                .text(UNPROVED, text -> text.matches("stop|agree|trust"))
                .toUpperCase(Locale.ROOT)),
        section.number(ANCHORS, 1, 16),
        section.durationOrOff(SWEEP_INTERVAL, Duration.ofMinutes(1), Duration.ofDays(1)));
  }
}
