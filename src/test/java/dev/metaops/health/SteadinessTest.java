package dev.metaops.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a change counts, over every run of results there is. */
class SteadinessTest {
  private static final Instant START = Instant.parse("2026-11-30T02:41:00Z");
  private static final Duration STEP = Duration.ofSeconds(30);
  private static final int LONGEST = 7;

  private static Instant at(int step) {
    return START.plus(STEP.multipliedBy(step));
  }

  private static Steadiness of(List<Condition> results) {
    Steadiness steady = Steadiness.of(results.getFirst(), at(0));
    for (int step = 1; step < results.size(); step++) {
      steady = steady.after(results.get(step), at(step));
    }
    return steady;
  }

  private static List<List<Condition>> everyRun() {
    List<List<Condition>> all = new ArrayList<>();
    List<List<Condition>> longest = new ArrayList<>();
    for (Condition first : Condition.values()) {
      longest.add(List.of(first));
    }
    while (longest.getFirst().size() < LONGEST) {
      all.addAll(longest);
      List<List<Condition>> longer = new ArrayList<>();
      for (List<Condition> run : longest) {
        for (Condition next : Condition.values()) {
          List<Condition> more = new ArrayList<>(run);
          more.add(next);
          longer.add(more);
        }
      }
      longest = longer;
    }
    all.addAll(longest);
    return all;
  }

  @Test
  void whateverComesItMovesOnlyWhereEnoughInARowSaySo() {
    List<List<Condition>> runs = everyRun();
    assertThat(runs).hasSize(4 + 16 + 64 + 256 + 1_024 + 4_096 + 16_384);
    for (List<Condition> run : runs.stream().filter(results -> results.size() > 1).toList()) {
      Steadiness before = of(run.subList(0, run.size() - 1));
      Steadiness after = of(run);
      Condition last = run.getLast();
      boolean moved = after.condition() != before.condition();
      boolean isWorse = after.condition().compareTo(before.condition()) > 0;
      if (last == Condition.DOWN) {
        assertThat(after.condition()).as("%s", run).isEqualTo(Condition.DOWN);
      }
      if (moved && last != Condition.DOWN) {
        int needed = isWorse ? Steadiness.WORSE : Steadiness.BETTER;
        assertThat(run.size()).as("%s", run).isGreaterThanOrEqualTo(needed);
        List<Condition> latest = run.subList(run.size() - needed, run.size());
        assertThat(latest)
            .as("%s", run)
            .allMatch(result -> isWorse == (result.compareTo(before.condition()) > 0))
            .noneMatch(result -> result == before.condition());
        assertThat(latest).as("%s", run).contains(after.condition());
        assertThat(after.since()).as("%s", run).isEqualTo(at(run.size() - needed));
      }
      if (!moved && last == before.condition()) {
        assertThat(after.since()).as("%s", run).isEqualTo(before.since());
      }
      assertThat(after.blind())
          .as("%s", run)
          .isEqualTo(
              STEP.multipliedBy(
                  run.subList(0, run.size() - 1).stream()
                      .filter(result -> result == Condition.UNKNOWN)
                      .count()));
    }
  }

  @Test
  void oneSlowAnswerAndOneGoodOneChangeNothing() {
    List<Condition> flapping = new ArrayList<>();
    for (int times = 0; times < 50; times++) {
      flapping.addAll(List.of(Condition.UP, Condition.DEGRADED));
    }
    assertThat(of(flapping).condition()).isEqualTo(Condition.UP);
    assertThat(of(flapping).since()).isEqualTo(START);
  }

  @Test
  void whereNobodyLookedForLongNothingIsInARowAndTheTimeIsBlind() {
    Instant later = START.plus(Duration.ofHours(2));
    Steadiness same = of(List.of(Condition.UP)).after(Condition.UP, later);
    assertThat(same.since()).isEqualTo(START);
    assertThat(same.blind()).isEqualTo(Duration.ofHours(2));
    Steadiness other = of(List.of(Condition.UP)).after(Condition.DEGRADED, later);
    assertThat(other.condition()).isEqualTo(Condition.DEGRADED);
    assertThat(other.since()).isEqualTo(later);
  }

  @Test
  void aClockThatGoesBackTakesNothingAway() {
    Steadiness steady =
        of(List.of(Condition.UNKNOWN, Condition.UNKNOWN))
            .after(Condition.UNKNOWN, START.minusSeconds(3_600));
    assertThat(steady.blind()).isEqualTo(STEP);
    assertThat(steady.since()).isEqualTo(START);
  }
}
