package dev.metaops.services;

import dev.metaops.config.ServicesSection.Supervised;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Ends one service: asks, waits as long as configured, and kills what of it is left then. */
final class Stopping {
  private static final Duration FOR_A_LOOK = Duration.ofSeconds(5);
  private static final Duration AFTER_KILLING = Duration.ofSeconds(10);
  private static final Duration BETWEEN = Duration.ofMillis(50);

  private final Supervised service;
  private final Driver driver;
  private final Ticker ticker;

  Stopping(Supervised service, Driver driver, Ticker ticker) {
    this.service = service;
    this.driver = driver;
    this.ticker = ticker;
  }

  /** How it ended. */
  sealed interface End {
    /** What of it had to be killed. */
    record Stopped(OptionalLong pid, List<Long> killed) implements End {}

    record Already() implements End {}

    record Not(OptionalLong pid, String why) implements End {}
  }

  End run() throws InterruptedException {
    Sighting seen = driver.look(Deadline.in(FOR_A_LOOK, ticker));
    return switch (seen) {
      case Sighting.Unseen(String why) -> new End.Not(OptionalLong.empty(), why);
      case Sighting.Absent _ -> new End.Already();
      case Sighting.Stopped(String _, Sighting.Prospect prospect) ->
          switch (prospect) {
            case RESTS -> new End.Already();
            case COMES_BACK -> ended(OptionalLong.empty(), new ProcessTree(List.of()));
          };
      case Sighting.Running running -> ended(running.pid(), new ProcessTree(running.processes()));
    };
  }

  private End ended(OptionalLong pid, ProcessTree tree) throws InterruptedException {
    Deadline patience = Deadline.in(service.stopWithin(), ticker);
    FutureTask<Done> asking = new FutureTask<>(() -> driver.askToStop(patience));
    Thread.ofVirtual().name("stop/" + service.name()).start(asking);
    while (!patience.hasPassed()) {
      boolean isGone = tree.living().isEmpty() && asking.isDone();
      if (isGone && isStopped()) {
        return new End.Stopped(pid, List.of());
      }
      if (asking.isDone() && result(asking) instanceof Done.Not(String why)) {
        return patience.hasPassed() ? killed(pid, tree) : new End.Not(pid, why);
      }
      ticker.rest(BETWEEN);
    }
    return killed(pid, tree);
  }

  private static Done result(FutureTask<Done> asking) throws InterruptedException {
    try {
      return asking.get();
    } catch (ExecutionException defect) {
      return new Done.Not("a defect: " + defect.getCause());
    }
  }

  private End killed(OptionalLong pid, ProcessTree tree) throws InterruptedException {
    Deadline deadline = Deadline.in(AFTER_KILLING, ticker);
    List<Long> killed = new ArrayList<>();
    String why = "";
    while (!deadline.hasPassed()) {
      List<ProcessId> living = tree.living();
      if (living.isEmpty() && isStopped()) {
        return new End.Stopped(pid, killed);
      }
      if (why.isEmpty() || !living.isEmpty()) {
        living.stream()
            .map(ProcessId::pid)
            .filter(each -> !killed.contains(each))
            .forEach(killed::add);
        why = driver.kill(living, deadline) instanceof Done.Not(String not) ? not : "asked";
      }
      ticker.rest(BETWEEN);
    }
    return new End.Not(
        pid, "it did not end, not even killed" + (why.equals("asked") ? "" : ": " + why));
  }

  private boolean isStopped() {
    return switch (driver.look(Deadline.in(FOR_A_LOOK, ticker))) {
      case Sighting.Stopped(String _, Sighting.Prospect prospect) ->
          prospect == Sighting.Prospect.RESTS;
      case Sighting.Absent _ -> true;
      case Sighting.Running _, Sighting.Unseen _ -> false;
    };
  }
}
