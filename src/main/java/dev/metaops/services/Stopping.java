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

    /** Its supervisor does not know it: it may run under another name, or another user. */
    record Absent(String why) implements End {}

    record Not(OptionalLong pid, String why) implements End {}
  }

  End run() throws InterruptedException {
    Sighting seen = driver.look(Deadline.in(FOR_A_LOOK, ticker));
    return switch (seen) {
      case Sighting.Unseen(String why) -> new End.Not(OptionalLong.empty(), why);
      case Sighting.Absent(String why) -> new End.Absent(why);
      case Sighting.Stopped(String _, Sighting.Prospect prospect) ->
          switch (prospect) {
            case RESTS -> new End.Already();
            case COMES_BACK -> ended(OptionalLong.empty(), new ProcessTree(List.of()));
          };
      case Sighting.Running running -> ended(running.pid(), new ProcessTree(running.processes()));
    };
  }

  /** The supervisor hears of it even where it is slow: else it brings back what is killed. */
  private End ended(OptionalLong pid, ProcessTree tree) throws InterruptedException {
    Deadline patience = Deadline.in(service.stopWithin(), ticker);
    Deadline whole = Deadline.in(service.stopWithin().plus(AFTER_KILLING), ticker);
    FutureTask<Done> asking = new FutureTask<>(() -> driver.askToStop(whole));
    Thread.ofVirtual().name("stop/" + service.name()).start(asking);
    while (!patience.hasPassed()) {
      if (asking.isDone() && result(asking) instanceof Done.Not(String why)) {
        return new End.Not(pid, why);
      }
      if (asking.isDone() && tree.living().isEmpty() && look() == Standing.STOPPED) {
        return new End.Stopped(pid, List.of());
      }
      ticker.rest(BETWEEN);
    }
    return killed(pid, tree, whole);
  }

  private static Done result(FutureTask<Done> asking) throws InterruptedException {
    try {
      return asking.get();
    } catch (ExecutionException defect) {
      return new Done.Not("a defect: " + defect.getCause());
    }
  }

  /** Also what its supervisor had brought back before it heard that it should not. */
  private End killed(OptionalLong pid, ProcessTree tree, Deadline deadline)
      throws InterruptedException {
    List<Long> killed = new ArrayList<>();
    Done told = new Done.Taken();
    int rounds = 0;
    while (!deadline.hasPassed()) {
      Sighting seen = driver.look(Deadline.in(FOR_A_LOOK, ticker));
      if (seen instanceof Sighting.Running running) {
        tree.add(running.processes());
      }
      List<ProcessId> living = tree.living();
      if (living.isEmpty() && standing(seen) == Standing.STOPPED) {
        return new End.Stopped(pid, killed);
      }
      if (rounds++ == 0 || !living.isEmpty()) {
        living.stream()
            .map(ProcessId::pid)
            .filter(each -> !killed.contains(each))
            .forEach(killed::add);
        told = driver.kill(living, deadline);
      }
      ticker.rest(BETWEEN);
    }
    return new End.Not(
        pid,
        "it did not end, not even killed"
            + (told instanceof Done.Not(String why) ? ": " + why : ""));
  }

  private enum Standing {
    STOPPED,
    NOT_STOPPED
  }

  private Standing look() {
    return standing(driver.look(Deadline.in(FOR_A_LOOK, ticker)));
  }

  private static Standing standing(Sighting sighting) {
    return switch (sighting) {
      case Sighting.Stopped(String _, Sighting.Prospect prospect) ->
          prospect == Sighting.Prospect.RESTS ? Standing.STOPPED : Standing.NOT_STOPPED;
      case Sighting.Absent _ -> Standing.STOPPED;
      case Sighting.Running _, Sighting.Unseen _ -> Standing.NOT_STOPPED;
    };
  }
}
