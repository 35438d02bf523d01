package dev.metaops.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the listener follows the chain, and how it is watched.
 *
 * @param pollInterval between two looks at the head when no hint arrives
 * @param staleAfter a ledger further behind than this is not believed
 * @param blocksPerTransaction in backfill; at the head each block is its own transaction
 * @param sweepInterval between two comparisons of all open orders with the contract itself; empty
 *     when there are none
 */
public record ListenSection(
    Duration pollInterval,
    Duration staleAfter,
    int blocksPerTransaction,
    Optional<Duration> sweepInterval) {

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
              "How many blocks backfill commits together.")
          .standard("100");
  static final Key SWEEP_INTERVAL =
      Key.of(
              "listen",
              "sweep-interval",
              "a duration up to 1d, or off; a number alone counts minutes",
              "How often serve compares every open order with the contract itself.")
          .standard("5m");
  static final List<Key> KEYS =
      List.of(POLL_INTERVAL, STALE_AFTER, BLOCKS_PER_TRANSACTION, SWEEP_INTERVAL);

  static ListenSection from(Section section) {
    return new ListenSection(
        section.duration(POLL_INTERVAL, Duration.ofSeconds(1), Duration.ofMinutes(10)),
        section.duration(STALE_AFTER, Duration.ofSeconds(1), Duration.ofDays(1)),
        Math.toIntExact(section.count(BLOCKS_PER_TRANSACTION, 1, 10_000).orElse(100L)),
        section.durationOrOff(SWEEP_INTERVAL, Duration.ofMinutes(1), Duration.ofDays(1)));
  }
}
