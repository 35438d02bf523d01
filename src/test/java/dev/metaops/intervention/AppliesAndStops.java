package dev.metaops.intervention;

import dev.metaops.command.Conversation;
import dev.metaops.command.PlanCommand;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.plan.KeptPlanStore;
import dev.metaops.plan.ThreeSteps;
import dev.metaops.testing.TestPerson;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * {@code plan apply} in a process of its own that says at which waypoint it is, and stops there for
 * ever, to be killed.
 */
public final class AppliesAndStops {
  private AppliesAndStops() {}

  /**
   * Applies as {@link PlanAnswers} does.
   *
   * @param arguments directory with metaops.toml, the plan, the waypoint
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    ThreeSteps.Waypoint stop = ThreeSteps.Waypoint.valueOf(arguments[2]);
    Conversation conversation =
        new Conversation(
            Configuration.read(
                new Where(
                    Map.copyOf(System.getenv()),
                    Optional.empty(),
                    Optional.of(directory.resolve("metaops.toml")),
                    Where.UsualFile.IGNORED,
                    directory,
                    directory)),
            Shared.STANDARD,
            TestPerson.leaving(System.out::println),
            SystemTicker.SYSTEM);
    Deadline deadline = Deadline.in(Duration.ofMinutes(1), SystemTicker.SYSTEM);
    try (PlanShelf shelf = PlanShelf.open(conversation, deadline)) {
      if (shelf.plans().find(arguments[1]) instanceof KeptPlanStore.Found.One(var kept)) {
        new PlanApply(shelf, conversation, deadline, passed -> stopAt(stop, passed))
            .of(kept, new PlanCommand.Apply(arguments[1]));
      }
    }
    System.out.println("ended");
  }

  private static void stopAt(ThreeSteps.Waypoint stop, ThreeSteps.Waypoint passed) {
    if (passed == stop) {
      System.out.println("stands at " + passed);
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
