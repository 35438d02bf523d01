package dev.metaops.config;

import java.time.Duration;
import java.util.List;

/**
 * From when on a part counts as degraded, and how often {@code serve} looks.
 *
 * @param databaseSlowAfter for one round trip
 * @param rpcSlowAfter for one answer of a provider
 * @param headOldAfter the newest block's age, where blocks are frequent
 * @param headOldBlocks the same as so many of the chain's own block times, where that is longer
 * @param clockSkew between this machine and the orders database
 * @param interval between two looks at everything
 * @param poolLeakAfter a connection of serve's pool that is held longer is a leak
 */
public record HealthSection(
    Duration databaseSlowAfter,
    Duration rpcSlowAfter,
    Duration headOldAfter,
    int headOldBlocks,
    Percents percents,
    Duration clockSkew,
    Duration interval,
    Duration poolLeakAfter) {

  /**
   * More than so many of 100 is degraded.
   *
   * @param load processes that want to run, for each CPU: 100 is all of them busy
   */
  public record Percents(int memory, int disk, int load, int files) {}

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String PERCENT = "a number from 1 to 100, in percent";

  static final Key DATABASE_SLOW_AFTER =
      Key.of(
              "health",
              "database-slow-after",
              "a duration up to 1m; a number alone counts seconds",
              "A database that takes longer for a round trip is degraded.")
          .standard("1s");
  static final Key RPC_SLOW_AFTER =
      Key.of(
              "health",
              "rpc-slow-after",
              "a duration up to 1m; a number alone counts seconds",
              "A provider that takes longer for an answer is degraded.")
          .standard("2s");
  static final Key HEAD_OLD_AFTER =
      Key.of(
              "health",
              "head-old-after",
              "a duration up to 1d; a number alone counts seconds",
              "A provider whose newest block is older is degraded; at four times that it is down.")
          .standard("30s");
  static final Key HEAD_OLD_BLOCKS =
      Key.of(
              "health",
              "head-old-blocks",
              "a number from 1 to 1000",
              "The same in block times of the chain, where those are longer.")
          .standard("15");
  static final Key MEMORY_PERCENT =
      Key.of(
              "health",
              "memory-percent",
              PERCENT,
              "More memory in use, of the container's where it has less than the machine, is"
                  + " degraded.")
          .standard("90");
  static final Key DISK_PERCENT =
      Key.of("health", "disk-percent", PERCENT, "A fuller disk of the data directory is degraded.")
          .standard("85");
  static final Key LOAD_PERCENT =
      Key.of(
              "health",
              "load-percent",
              "a number from 1 to 10000, in percent",
              "More load over 5 minutes for each CPU is degraded; 100 is all of them busy.")
          .standard("400");
  static final Key FILES_PERCENT =
      Key.of(
              "health",
              "files-percent",
              PERCENT,
              "More open file descriptors, of the machine's or the process's, is degraded.")
          .standard("85");
  static final Key CLOCK_SKEW =
      Key.of(
              "health",
              "clock-skew",
              "a duration up to 1h; a number alone counts seconds",
              "A clock of this machine further from the orders database's is degraded.")
          .standard("5s");
  static final Key INTERVAL =
      Key.of(
              "health",
              "interval",
              "a duration from 5s up to 1h; a number alone counts seconds",
              "How often serve looks at everything, for since when it is so.")
          .standard("30s");
  static final Key POOL_LEAK_AFTER =
      Key.of(
              "health",
              "pool-leak-after",
              "a duration up to 1h; a number alone counts seconds",
              "Who holds a database connection of serve's pool longer is named, and loses it at"
                  + " four times that.")
          .standard("30s");
  static final List<Key> KEYS =
      List.of(
          DATABASE_SLOW_AFTER,
          RPC_SLOW_AFTER,
          HEAD_OLD_AFTER,
          HEAD_OLD_BLOCKS,
          MEMORY_PERCENT,
          DISK_PERCENT,
          LOAD_PERCENT,
          FILES_PERCENT,
          CLOCK_SKEW,
          INTERVAL,
          POOL_LEAK_AFTER);

  static HealthSection from(Section section) {
    Duration second = Duration.ofSeconds(1);
    return new HealthSection(
        section.duration(DATABASE_SLOW_AFTER, second, MINUTE),
        section.duration(RPC_SLOW_AFTER, second, MINUTE),
        section.duration(HEAD_OLD_AFTER, second, Duration.ofDays(1)),
        section.number(HEAD_OLD_BLOCKS, 1, 1_000),
        new Percents(
            section.number(MEMORY_PERCENT, 1, 100),
            section.number(DISK_PERCENT, 1, 100),
            section.number(LOAD_PERCENT, 1, 10_000),
            section.number(FILES_PERCENT, 1, 100)),
        section.duration(CLOCK_SKEW, second, Duration.ofHours(1)),
        interval(section),
        section.duration(POOL_LEAK_AFTER, second, Duration.ofHours(1)));
  }

  private static Duration interval(Section section) {
    Duration least = Duration.ofSeconds(5);
    return section
        .read(
            INTERVAL,
            text ->
                Durations.read(text, Duration.ofSeconds(1), Duration.ofHours(1))
                    .filter(read -> read.compareTo(least) >= 0))
        .orElse(Duration.ofSeconds(30));
  }
}
