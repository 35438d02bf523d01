package dev.metaops.look;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.SettleOn;
import dev.metaops.ledger.Stream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What a listener, two nodes and a database would show through 24 hours in which nothing happens:
 * blocks come unevenly and are missed at times, answers are late at times, the head is taken back
 * by a block or three now and then, nobody trades at night, and a new version is deployed once.
 * Always the same for a seed.
 */
final class SimulatedDay {
  static final Instant MIDNIGHT = Instant.parse("2026-11-29T00:00:00Z");
  static final Duration DAY = Duration.ofDays(1);

  /** From when and for how long no process serves. */
  static final Duration DEPLOYED = Duration.ofHours(14).plusMinutes(6).plusSeconds(50);

  static final Duration DEPLOYING = Duration.ofSeconds(20);

  private static final Duration BEFORE = Duration.ofHours(2);
  private static final long FIRST_NUMBER = 60_000_000;

  /** A chain's habits. */
  enum Chain {
    POLYGON(Duration.ofSeconds(2), 16),
    ETHEREUM(Duration.ofSeconds(12), 32);

    /** From one block to the next, usually. */
    private final Duration pace;

    /** So many become final together, two times as many behind the head. */
    private final int epoch;

    Chain(Duration pace, int epoch) {
      this.pace = pace;
      this.epoch = epoch;
    }
  }

  /** No block comes for so long. */
  record Standstill(Duration from, Duration time) {
    static final Standstill NONE = new Standstill(Duration.ZERO, Duration.ZERO);
  }

  private final Chain chain;
  private final SplittableRandom random;

  /** When each block was made, in milliseconds since midnight, ascending. */
  private final long[] made;

  SimulatedDay(Chain chain, Standstill standstill, long seed) {
    this.chain = chain;
    this.random = new SplittableRandom(seed);
    this.made = blocks(standstill);
  }

  private long[] blocks(Standstill standstill) {
    long until = standstill.from().plus(standstill.time()).toMillis();
    long[] times = new long[Math.toIntExact(DAY.plus(BEFORE).dividedBy(chain.pace.dividedBy(2)))];
    int count = 0;
    for (long at = -BEFORE.toMillis(); at < DAY.toMillis() + 60_000; at += interval()) {
      if (at < standstill.from().toMillis() || at >= until) {
        times[count++] = at;
      }
    }
    return Arrays.copyOf(times, count);
  }

  /** One of a hundred is missed, of which some in a row. */
  private long interval() {
    long usual = chain.pace.toMillis();
    int missed = 0;
    while (missed < 4 && random.nextInt(100) == 0) {
      missed++;
    }
    return usual * (1 + missed) + random.nextLong(usual / 2) - usual / 4;
  }

  /** Whether a process serves then. */
  boolean isServing(Duration at) {
    return at.compareTo(DEPLOYED) < 0 || at.compareTo(DEPLOYED.plus(DEPLOYING)) >= 0;
  }

  /** How long an answer took: tens of milliseconds, and one of five hundred some seconds. */
  Duration latency() {
    return Duration.ofMillis(
        random.nextInt(500) == 0 ? random.nextInt(800, 4_000) : random.nextInt(4, 180));
  }

  /** As one node shows it: at times a block behind the other. */
  ChainHead head(Duration at) {
    int newest = newestAt(at.toMillis() - random.nextInt(100, 900));
    Header latest = header(newest - random.nextInt(2));
    return new ChainHead(latest, Optional.empty(), Optional.of(ref(finalIndex(newest))));
  }

  /** From block to block, over the last hundred. */
  Duration pace(Header latest) {
    int index = Math.toIntExact(latest.number() - FIRST_NUMBER);
    return Duration.ofMillis((made[index] - made[index - 100]) / 100);
  }

  /** As the listener keeps it. */
  Stream stream(Duration at) {
    Instant now = MIDNIGHT.plus(at);
    long looked = at.toMillis() - random.nextInt(1_300);
    int head = newestAt(looked - 200);
    // One look of two hundred finds the last blocks taken back and not read anew yet.
    int cursor = head - (random.nextInt(200) == 0 ? random.nextInt(1, 4) : random.nextInt(10) / 9);
    int last = finalIndex(head);
    return new Stream(
        137,
        now,
        ref(cursor),
        time(cursor),
        new SettleOn.Finalized(),
        FIRST_NUMBER + last,
        Optional.of(time(last + 2 * chain.epoch)),
        Optional.of(FIRST_NUMBER + head),
        Optional.of(time(head)),
        Optional.of(MIDNIGHT.plusMillis(looked)),
        Optional.of(time(cursor).plusMillis(300)),
        Optional.empty(),
        Optional.empty(),
        Optional.of(at.compareTo(DEPLOYED) < 0 ? "host/1/ab" : "host/2/cd"),
        at.compareTo(DEPLOYED) < 0 ? 7 : 8,
        Optional.of(now.plusSeconds(random.nextInt(5, 10))),
        Optional.empty(),
        isNight(at) ? 0 : random.nextInt(30) / 29,
        0,
        isNight(at) ? 0 : random.nextInt(20) / 19,
        0,
        Optional.empty());
  }

  private static boolean isNight(Duration at) {
    return at.toHours() < 6;
  }

  private int newestAt(long millis) {
    int found = Arrays.binarySearch(made, millis);
    return found >= 0 ? found : -found - 2;
  }

  private int finalIndex(int head) {
    return (head / chain.epoch - 2) * chain.epoch;
  }

  private Instant time(int index) {
    return MIDNIGHT.plusMillis(made[index]);
  }

  private static BlockRef ref(int index) {
    return new BlockRef(FIRST_NUMBER + index, Hash.sha256("block " + index));
  }

  private Header header(int index) {
    return new Header(
        ref(index),
        Hash.sha256("block " + (index - 1)),
        time(index),
        "0x" + "0".repeat(512),
        Hash.sha256("receipts"),
        Map.of());
  }
}
