package dev.metaops.look;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.config.HealthSection;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.machine.Load;
import dev.metaops.machine.ResourceReader;
import dev.metaops.machine.Resources;
import dev.metaops.machine.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResourcesLookTest {
  private static final Duration SKEW = Duration.ofSeconds(5);
  private static final HealthSection LIMITS =
      new HealthSection(
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(30),
          15,
          new HealthSection.Percents(90, 85, 400, 85),
          SKEW,
          Duration.ofSeconds(15),
          Duration.ofSeconds(30));

  @Test
  void aLimitIsPassedByTheFirstPercentAbove() {
    assertThat(judged(90, 85, 8.0, 85).condition()).isEqualTo(Condition.UP);
    check(
        judged(91, 85, 8.0, 85), "memory 91 % of 1.0 GB (the container's) (expected: up to 90 %)");
    check(judged(90, 86, 8.0, 85), "disk 86 % of 1.0 GB (expected: up to 85 %)");
    check(judged(90, 85, 8.1, 85), "load 405 % of 2 CPUs (expected: up to 400 %)");
    check(judged(90, 85, 8.0, 86), "open files 86 % of 100 (this process's)");
  }

  @Test
  void aClockThatIsOffIsSaidAndOneThatWasNotComparedTooAndNeitherIsMistakenForTheOther() {
    Diagnosis well = judged(1, 1, 1, 1);
    assertThat(with(well, Duration.ofMillis(-900)).condition()).isEqualTo(Condition.UP);
    check(with(well, Duration.ofSeconds(9)), "clock 9 s ahead of the database's");
    check(with(well, Duration.ofSeconds(-9)), "clock 9 s behind the database's");
    assertThat(ResourcesLook.with(well, Optional.empty(), SKEW).vitals().getLast().value())
        .startsWith("UNKNOWN");
    assertThat(ResourcesLook.with(well, Optional.empty(), SKEW).vitals().getLast().condition())
        .isEqualTo(Condition.UNKNOWN);
    assertThat(ResourcesLook.with(well, Optional.empty(), SKEW).condition())
        .as("the machine is well whatever a database's clock says")
        .isEqualTo(Condition.UP);
  }

  @Test
  void thisMachineCanBeRead() {
    Resources seen = ResourceReader.read(Path.of("").toAbsolutePath().resolve("not/there/yet"));
    assertThat(seen.memory().percent()).isBetween(1, 100);
    assertThat(seen.disk().orElseThrow().percent()).isBetween(1, 100);
  }

  private static Diagnosis with(Diagnosis seen, Duration ahead) {
    return ResourcesLook.with(seen, Optional.of(ahead), SKEW);
  }

  private static void check(Diagnosis found, String said) {
    assertThat(found.condition()).isEqualTo(Condition.DEGRADED);
    assertThat(found.sentence()).contains(said);
  }

  private static Diagnosis judged(int memory, int disk, double load, int files) {
    long gigabyte = 1L << 30;
    return ResourcesLook.judge(
        new Resources(
            new Usage(gigabyte * memory / 100, gigabyte, Usage.Ceiling.CONTAINER),
            Optional.of(new Usage(gigabyte * disk / 100, gigabyte, Usage.Ceiling.MACHINE)),
            Optional.of(new Load(load, 2, Usage.Ceiling.MACHINE)),
            Optional.of(new Usage(files, 100, Usage.Ceiling.PROCESS))),
        LIMITS);
  }
}
