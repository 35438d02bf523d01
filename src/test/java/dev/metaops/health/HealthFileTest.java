package dev.metaops.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthFileTest {
  private static final Instant START = Instant.parse("2026-11-30T02:41:00Z");
  private static final String HERE = "production · chain 137";

  @TempDir Path directory;

  private static Report report(Condition condition, int second) {
    return new Report(
        List.of(
            new Result(
                "database",
                "",
                new Diagnosis(condition, "so", List.of(), Optional.empty()),
                START.plusSeconds(second),
                Duration.ofMillis(3))));
  }

  private HealthFile file() {
    return new HealthFile(directory);
  }

  @Test
  void whatOneProcessSawAnotherRemembers() {
    HealthMemory kept = file().remember(HERE, report(Condition.UP, 0));
    for (int second = 1; second < 9; second++) {
      kept =
          file().remember(HERE, report(second % 2 == 0 ? Condition.UP : Condition.UNKNOWN, second));
    }
    assertThat(file().read(HERE)).isEqualTo(kept);
    assertThat(kept.checks().getFirst().samples()).hasSize(9);
  }

  @Test
  void oneSlowLookMovesNoSteadyConditionAndOneThatSaysDownDoes() {
    HealthMemory memory = HealthMemory.empty(HERE).after(report(Condition.UP, 0));
    Report slow = report(Condition.DEGRADED, 30);
    memory = memory.after(slow);
    assertThat(memory.steady(slow).overall()).isEqualTo(Condition.UP);
    assertThat(memory.after(report(Condition.DEGRADED, 60)).steady(slow).overall())
        .isEqualTo(Condition.DEGRADED);
    Report down = report(Condition.DOWN, 60);
    assertThat(memory.after(down).steady(down).overall()).isEqualTo(Condition.DOWN);
    assertThat(HealthMemory.empty(HERE).steady(slow)).isEqualTo(slow);
  }

  @Test
  void anotherEnvironmentIsAnotherMemory() {
    file().remember(HERE, report(Condition.DOWN, 0));
    assertThat(file().read("staging").checks()).isEmpty();
  }

  @Test
  void noMoreIsKeptThanAnHour() throws IOException {
    for (int second = 0; second < 3 * CheckMemory.MOST; second++) {
      file().remember(HERE, report(Condition.UP, second));
    }
    assertThat(file().read(HERE).checks().getFirst().samples()).hasSize(CheckMemory.MOST);
    assertThat(Files.size(directory.resolve("health.json"))).isLessThan(20_000);
  }

  @Test
  void whatCannotBeReadIsBegunAnewAndADirectoryThatIsNotThereIsNotMade() throws IOException {
    for (String broken :
        List.of(
            "",
            "{",
            "[]",
            "{\"shape\":\"health-memory/1\",\"environment\":\""
                + HERE
                + "\",\"checks\":[{\"samples\":[[1,\"WELL\",1]]}]}")) {
      Files.writeString(directory.resolve("health.json"), broken);
      assertThat(file().read(HERE).checks()).as(broken).isEmpty();
      assertThat(file().remember(HERE, report(Condition.UP, 0)).checks()).hasSize(1);
    }
    Path nowhere = directory.resolve("nowhere");
    assertThat(new HealthFile(nowhere).remember(HERE, report(Condition.UP, 0)).checks()).hasSize(1);
    assertThat(nowhere).doesNotExist();
  }
}
