package dev.metaops.stories;

import static dev.metaops.testing.Drawn.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.Answer;
import dev.metaops.command.ExitCode;
import dev.metaops.command.PlanCommand;
import dev.metaops.intervention.AppliesAndStops;
import dev.metaops.plan.PlanState;
import dev.metaops.plan.ThreeSteps.Waypoint;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real process that applies a plan is killed by signal 9 between any two of its writes. */
class KilledPlanTest {
  /** As the process of a kill by signal 9 ends. */
  private static final int KILLED = 137;

  @AutoClose private final TestChain chain = TestChain.start();
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void appliedAgainItEndsInExactlyOneOutcome(Waypoint point) throws Exception {
    var world = new KeptPlans(chain, directory);
    world.behind("ord_1", "ord_2");
    String plan = world.planForAll();

    killAt(point, plan, world);
    Answer first = world.ask(new PlanCommand.Apply(plan));
    Answer second = world.ask(new PlanCommand.Apply(plan));

    assertThat(first.exit()).as(text(first)).isEqualTo(ExitCode.FINE);
    assertThat(text(second)).isEqualTo(text(first));
    assertThat(world.kept(plan).state()).isEqualTo(PlanState.CLOSED);
    assertThat(world.records()).isEqualTo("plan ord_1, plan ord_2");
    for (String order : List.of("ord_1", "ord_2")) {
      assertThat(world.venue.changes(order))
          .containsExactly("CREATED to PENDING", "PENDING to SETTLED");
    }
  }

  private void killAt(Waypoint point, String plan, KeptPlans world) throws Exception {
    world.at("desk");
    Path desk = world.machine("desk");
    try (ServeProcess process =
        ServeProcess.start(
            AppliesAndStops.class.getName(),
            List.of(desk.toString(), plan, point.name()),
            world.variables("desk"),
            directory.resolve(point + ".log"))) {
      process.await(
          "it stands at " + point,
          Duration.ofSeconds(60),
          () -> process.output().contains("stands at " + point));
      process.process().destroyForcibly();
      process.awaitEnd(Duration.ofSeconds(10));
      assertThat(process.process().exitValue()).isEqualTo(KILLED);
    }
  }
}
