package dev.metaops.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.SettleOn;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.TruthSnapshot.Reading;
import dev.metaops.listen.TruthSnapshot.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Red until everything that could be wrong was looked at and is not. */
class TruthTest {
  private static final Instant NOW = Instant.parse("2026-11-23T03:00:00Z");
  private static final Truth.Budgets BUDGETS =
      new Truth.Budgets(Duration.ofSeconds(60), Duration.ofMinutes(2), Duration.ofMinutes(30));

  /** A stream that is well, with one thing after another gone wrong. */
  private record Case(
      Duration headAge,
      Duration seenAgo,
      Duration leaseLeft,
      Duration settledAgo,
      Optional<String> trouble,
      Optional<Stream.Freeze> freeze) {
    static final Case WELL =
        new Case(
            Duration.ofSeconds(3),
            Duration.ofSeconds(1),
            Duration.ofSeconds(9),
            Duration.ofSeconds(12),
            Optional.empty(),
            Optional.empty());

    Case headAge(Duration age) {
      return new Case(age, seenAgo, leaseLeft, settledAgo, trouble, freeze);
    }

    Case seenAgo(Duration age) {
      return new Case(headAge, age, leaseLeft, settledAgo, trouble, freeze);
    }

    Case leaseLeft(Duration left) {
      return new Case(headAge, seenAgo, left, settledAgo, trouble, freeze);
    }

    Case settledAgo(Duration age) {
      return new Case(headAge, seenAgo, leaseLeft, age, trouble, freeze);
    }

    Case trouble(String why) {
      return new Case(headAge, seenAgo, leaseLeft, settledAgo, Optional.of(why), freeze);
    }

    Case frozen() {
      return new Case(
          headAge,
          seenAgo,
          leaseLeft,
          settledAgo,
          trouble,
          Optional.of(new Stream.Freeze("f-1", "ada", "odd payouts", NOW.minusSeconds(600))));
    }

    Stream stream() {
      return new Stream(
          137,
          NOW,
          new BlockRef(100, new Hash("0x" + "1".repeat(64))),
          NOW.minus(headAge),
          new SettleOn.Finalized(),
          90,
          Optional.of(NOW.minus(settledAgo)),
          Optional.of(100L),
          Optional.of(NOW.minus(headAge)),
          Optional.of(NOW.minus(seenAgo)),
          Optional.of(NOW.minus(seenAgo)),
          trouble,
          trouble.map(_ -> NOW.minusSeconds(40)),
          Optional.of("host/1/ab"),
          3,
          Optional.of(NOW.plus(leaseLeft)),
          freeze,
          0,
          0,
          0,
          0,
          Optional.empty());
    }

    Truth truth() {
      return Truth.of(TruthSnapshot.of(Optional.of(stream())), BUDGETS);
    }
  }

  @Test
  void oneThatFollowsAndKeepsItsBudgetsHolds() {
    assertThat(Case.WELL.truth().reasons()).isEmpty();
    assertThat(Case.WELL.truth().holds()).isTrue();
    assertThat(Case.WELL.truth().budgets()).allSatisfy(b -> assertThat(b.threshold()).isNotEmpty());
  }

  @Test
  void eachBudgetThatIsBrokenIsASentenceWithValueAndThreshold() {
    assertThat(Case.WELL.headAge(Duration.ofMinutes(3)).truth().reasons())
        .containsExactly("head age: 3 min (expected: under 2 min)");
    assertThat(Case.WELL.leaseLeft(Duration.ofSeconds(-40)).truth().reasons())
        .containsExactly("lease: held by host/1/ab, it ran out 40 s ago (expected: held)");
    assertThat(Case.WELL.trouble("node: connection refused").truth().reasons())
        .containsExactly("trouble: node: connection refused for 40 s (expected: none)");
    assertThat(Case.WELL.frozen().truth().reasons())
        .containsExactly("frozen: by ada for 10 min: odd payouts (expected: no)");
    assertThat(Case.WELL.settledAgo(Duration.ofMinutes(31)).truth().reasons())
        .containsExactly(
            "finality: block 90, moved 30 min 59 s ago (expected: moves within 30 min)");
    assertThat(Case.WELL.seenAgo(Duration.ofSeconds(70)).truth().reasons())
        .containsExactly("ledger behind: 0 blocks, 1 min 10 s (expected: up to 1 min)");
  }

  @Test
  void whatWasNotReadIsNotWell() {
    assertThat(Truth.of(TruthSnapshot.unread("database: refused"), BUDGETS).reasons())
        .containsExactly("ledger: database: refused (expected: read)");
    assertThat(Truth.of(TruthSnapshot.of(Optional.empty()), BUDGETS).holds()).isFalse();
    assertThat(counted(new Tally.Unread("no answer"), new Tally.Counted(0)).holds()).isFalse();
  }

  @Test
  void gapsAndUnprovedBlocksAreRedWhereTheyAreCounted() {
    assertThat(counted(new Tally.Counted(0), new Tally.Counted(0)).holds()).isTrue();
    assertThat(counted(new Tally.NotKept(), new Tally.NotKept()).holds()).isTrue();
    assertThat(counted(new Tally.Counted(2), new Tally.Counted(7)).reasons())
        .containsExactly("gaps: 2 (expected: 0)", "unproved final blocks: 7 (expected: 0)");
  }

  private static Truth counted(Tally gaps, Tally unproved) {
    var reading = new Reading.Read(Optional.of(Case.WELL.stream()));
    return Truth.of(new TruthSnapshot(reading, gaps, unproved, List.of()), BUDGETS);
  }
}
