package dev.metaops.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CheckupTest {
  private static final Diagnosis WELL =
      new Diagnosis(Condition.UP, "well", List.of(), Optional.empty());

  private static Check check(String component, String subject, Check.Question question) {
    return new Check(component, subject, Duration.ofMillis(300), "metaops doctor", question);
  }

  private static Check check(String component, Condition condition) {
    return check(component, "", _ -> new Diagnosis(condition, "so", List.of(), Optional.empty()));
  }

  private static Report run(Check... checks) {
    return new Checkup(SystemTicker.SYSTEM)
        .run(List.of(checks), Deadline.in(Duration.ofSeconds(2), SystemTicker.SYSTEM));
  }

  @Test
  void aCheckThatHangsIsAbandonedWithinItsBudgetAndTheOthersAreTold() throws Exception {
    var never = new CountDownLatch(1);
    long start = System.nanoTime();
    Report report =
        run(
            check(
                "hangs",
                "",
                _ -> {
                  boolean isOver = false;
                  while (!isOver) {
                    try {
                      isOver = never.await(1, TimeUnit.MINUTES);
                    } catch (InterruptedException deaf) {
                      isOver = false;
                    }
                  }
                  return WELL;
                }),
            check("quick", "", _ -> WELL));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    never.countDown();
    assertThat(report.results())
        .extracting(Result::component, Result::condition)
        .containsExactly(tuple("hangs", Condition.UNKNOWN), tuple("quick", Condition.UP));
    Diagnosis hung = report.results().getFirst().diagnosis();
    assertThat(hung.sentence()).isEqualTo("no result within 0.3 s: the check itself hangs");
    assertThat(hung.next()).contains("metaops doctor");
  }

  @Test
  void aCheckThatFailsIsUnknownAndSaysWhy() {
    Report report =
        run(
            check(
                "broken",
                "",
                _ -> {
                  throw new IllegalStateException("no way");
                }));
    assertThat(report.overall()).isEqualTo(Condition.UNKNOWN);
    assertThat(report.results().getFirst().diagnosis().sentence()).contains("no way");
  }

  @Test
  void overallIsTheWorstOfTheComponents() {
    assertThat(run(check("a", Condition.UP), check("b", Condition.DEGRADED)).overall())
        .isEqualTo(Condition.DEGRADED);
    assertThat(run(check("a", Condition.DOWN), check("b", Condition.UNKNOWN)).overall())
        .isEqualTo(Condition.DOWN);
    assertThat(run().overall()).isEqualTo(Condition.UP);
  }

  @Test
  void oneOfSeveralThatWorksIsEnoughToBeNoMoreThanDegraded() {
    assertThat(run(check("chain", Condition.DOWN), check("chain", Condition.UP)).overall())
        .isEqualTo(Condition.DEGRADED);
    assertThat(run(check("chain", Condition.DOWN), check("chain", Condition.DOWN)).overall())
        .isEqualTo(Condition.DOWN);
  }
}
