package dev.metaops.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.SettleOn;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.ListenerState.Finality;
import dev.metaops.listen.ListenerState.Pulse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Dead, hung, idle and behind told apart by what any process can read. */
class ListenerStateTest {
  private static final Instant NOW = Instant.parse("2026-11-23T03:00:00Z");
  private static final Duration BUDGET = Duration.ofSeconds(60);

  private static Stream stream(
      Duration seenAgo, Duration leaseLeft, Duration behind, Optional<String> trouble) {
    return new Stream(
        31337,
        NOW,
        new BlockRef(100, new Hash("0x" + "1".repeat(64))),
        NOW.minus(seenAgo).minus(behind),
        new SettleOn.Finalized(),
        96,
        Optional.of(NOW.minus(seenAgo)),
        Optional.of(100 + behind.toSeconds()),
        Optional.of(NOW.minus(seenAgo)),
        Optional.of(NOW.minus(seenAgo)),
        Optional.of(NOW.minus(seenAgo)),
        trouble,
        trouble.map(_ -> NOW.minusSeconds(40)),
        Optional.of("host/1"),
        3,
        Optional.of(NOW.plus(leaseLeft)),
        Optional.empty(),
        0,
        0,
        0,
        0,
        Optional.empty());
  }

  private static Pulse pulse(Stream stream) {
    return ListenerState.of(stream, BUDGET).pulse();
  }

  private static Pulse pulse(Stream stream, HolderSight sight) {
    return ListenerState.of(stream, BUDGET, sight).pulse();
  }

  @Test
  void oneThatHoldsItsLeaseAndSeesTheHeadFollows() {
    assertThat(
            pulse(
                stream(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10),
                    Duration.ZERO,
                    Optional.empty())))
        .isEqualTo(new Pulse.Following(Duration.ofSeconds(2)));
  }

  @Test
  void oneWhoseLeaseRanOutIsDeadSinceItsLastSign() {
    assertThat(
            pulse(
                stream(
                    Duration.ofMinutes(23),
                    Duration.ofMinutes(-22),
                    Duration.ZERO,
                    Optional.empty())))
        .isEqualTo(
            new Pulse.Dead(NOW.minus(Duration.ofMinutes(23)), "the lease of host/1 ran out"));
  }

  @Test
  void oneWithTroubleIsStuckThoughItLives() {
    assertThat(
            pulse(
                stream(
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(10),
                    Duration.ZERO,
                    Optional.of("node: quota used up"))))
        .isEqualTo(new Pulse.Stuck(NOW.minusSeconds(40), "node: quota used up"));
  }

  @Test
  void oneThatRenewsItsLeaseWithoutSeeingTheHeadIsStuck() {
    assertThat(
            pulse(
                stream(
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(10),
                    Duration.ZERO,
                    Optional.empty())))
        .isInstanceOf(Pulse.Stuck.class);
  }

  @Test
  void whatItsProcessTellsCountsBeforeItsLeaseDoes() {
    Stream held =
        stream(Duration.ofSeconds(2), Duration.ofSeconds(8), Duration.ZERO, Optional.empty());
    Stream expired =
        stream(Duration.ofSeconds(40), Duration.ofSeconds(-30), Duration.ZERO, Optional.empty());
    assertThat(pulse(held, new HolderSight.Gone(7))).isInstanceOf(Pulse.Dead.class);
    assertThat(pulse(held, new HolderSight.Halted(7)))
        .isEqualTo(new Pulse.Hung(NOW.minusSeconds(2), new HolderSight.Halted(7)));
    assertThat(pulse(held, new HolderSight.Running(7))).isInstanceOf(Pulse.Following.class);
    assertThat(pulse(expired, new HolderSight.Running(7)))
        .isEqualTo(new Pulse.Hung(NOW.minusSeconds(40), new HolderSight.Running(7)));
  }

  @Test
  void oneAtTheHeadOfAChainThatStandsStillIsIdle() {
    Stream quiet =
        stream(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ZERO, Optional.empty());
    Duration later = Duration.ofMinutes(10);
    Stream still =
        new Stream(
            quiet.chainId(),
            NOW,
            quiet.cursor(),
            NOW.minus(later),
            quiet.settleOn(),
            quiet.settledNumber(),
            quiet.settledMovedAt(),
            Optional.of(quiet.cursor().number()),
            Optional.of(NOW.minus(later)),
            quiet.headSeenAt(),
            quiet.appliedAt(),
            Optional.empty(),
            Optional.empty(),
            quiet.leaseHolder(),
            3,
            quiet.leaseExpiresAt(),
            Optional.of(new Stream.Freeze("f", "ada", "odd", NOW)),
            0,
            0,
            0,
            0,
            Optional.empty());
    ListenerState state = ListenerState.of(still, BUDGET);
    assertThat(state.pulse()).isEqualTo(new Pulse.Idle(Duration.ofSeconds(1), later));
    assertThat(state.isPaused()).isTrue();
    assertThat(state.keepsUp()).isTrue();
  }

  @Test
  void oneThatReadsAndIsFarFromTheHeadIsBehind() {
    assertThat(
            pulse(
                stream(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(5),
                    Optional.empty())))
        .isEqualTo(new Pulse.Behind(300, Duration.ofMinutes(5)));
  }

  @Test
  void finalityIsStalledOnlyWhileTheHeadMoves() {
    Stream moving =
        stream(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ZERO, Optional.empty());
    assertThat(ListenerState.of(moving, BUDGET).finality()).isEqualTo(new Finality.Moving());
    Instant stopped = NOW.minus(Duration.ofMinutes(25));
    Stream stalled =
        new Stream(
            moving.chainId(),
            moving.now(),
            moving.cursor(),
            moving.cursorTime(),
            moving.settleOn(),
            moving.settledNumber(),
            Optional.of(stopped),
            moving.headNumber(),
            moving.headTime(),
            moving.headSeenAt(),
            moving.appliedAt(),
            moving.trouble(),
            moving.troubleSince(),
            moving.leaseHolder(),
            moving.leaseEpoch(),
            moving.leaseExpiresAt(),
            moving.frozen(),
            0,
            0,
            0,
            0,
            Optional.empty());
    assertThat(ListenerState.of(stalled, BUDGET).finality())
        .isEqualTo(new Finality.Stalled(stopped, 4));
  }
}
