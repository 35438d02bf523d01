package dev.metaops.services;

import dev.metaops.config.ServicesSection;
import dev.metaops.config.ServicesSection.Supervised;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Starts one service and waits until it shows that it is ready. */
final class Starting {
  private static final Duration FOR_A_LOOK = Duration.ofSeconds(5);
  private static final Duration FOR_PORTS = Duration.ofSeconds(1);
  private static final Duration BETWEEN = Duration.ofMillis(200);

  /** One that nothing else is known of has to be there twice, so long apart. */
  private static final Duration SETTLED = Duration.ofMillis(600);

  private final Supervised service;
  private final Driver driver;
  private final Tool tool;
  private final Ticker ticker;

  Starting(Supervised service, Driver driver, Tool tool, Ticker ticker) {
    this.service = service;
    this.driver = driver;
    this.tool = tool;
    this.ticker = ticker;
  }

  /** Whether it is only begun, or was there before. */
  enum Way {
    START,
    ROLL
  }

  /** How it went. */
  sealed interface End {
    record Ready(OptionalLong pid) implements End {}

    record NotReady(OptionalLong pid, String why) implements End {}

    record NotStarted(String why) implements End {}

    record PortHeld(String why) implements End {}
  }

  End run(Way way, Asked.Zeal zeal, Duration readyWithin) throws InterruptedException {
    if (way == Way.START && zeal == Asked.Zeal.CAREFUL) {
      Optional<String> held = held();
      if (held.isPresent()) {
        return new End.PortHeld(held.get());
      }
    }
    LogMark mark =
        service.ready().filter(ServicesSection.Probe.LogLine.class::isInstance).isPresent()
            ? driver.mark(ticker.now(), Deadline.in(FOR_A_LOOK, ticker))
            : new LogMark(ticker.now(), Map.of());
    Deadline deadline = Deadline.in(readyWithin, ticker);
    Done begun =
        switch (way) {
          case START -> driver.start(deadline);
          case ROLL -> driver.roll(deadline);
        };
    return switch (begun) {
      case Done.Not(String why) -> new End.NotStarted(why);
      case Done.Taken _ -> awaited(mark, Deadline.in(readyWithin, ticker), readyWithin);
    };
  }

  /** The ports that others hold; one that was let go a moment ago is given that moment. */
  private Optional<String> held() throws InterruptedException {
    Deadline deadline = Deadline.in(FOR_PORTS, ticker);
    while (true) {
      List<Door> held =
          Doors.of(service, new Sighting.Stopped("", Sighting.Prospect.RESTS)).stream()
              .filter(door -> !(door instanceof Door.Free) && !isUnknowable(door))
              .toList();
      if (held.isEmpty()) {
        return Optional.empty();
      }
      if (deadline.hasPassed()) {
        return Optional.of(
            held.stream()
                .map(door -> "port " + door.port() + " is held by " + who(door))
                .collect(Collectors.joining("; ")));
      }
      ticker.rest(BETWEEN);
    }
  }

  private static boolean isUnknowable(Door door) {
    return door instanceof Door.Untold && PortHolder.of(door.port()) instanceof PortHolder.Untold;
  }

  private static String who(Door door) {
    return switch (door) {
      case Door.Anothers(int _, String holder) -> holder;
      case Door.Own(int _, String holder) -> holder;
      case Door.Untold(int _, String why) -> why;
      case Door.Free _ -> "nobody";
    };
  }

  private End awaited(LogMark mark, Deadline deadline, Duration within)
      throws InterruptedException {
    String why = "it was not seen to run";
    OptionalLong pid = OptionalLong.empty();
    Optional<Settling> settling = Optional.empty();
    while (true) {
      Sighting sighting = driver.look(Deadline.in(FOR_A_LOOK, ticker));
      if (sighting instanceof Sighting.Stopped(String word, Sighting.Prospect prospect)
          && prospect == Sighting.Prospect.RESTS) {
        return new End.NotStarted("it ended by itself at once (" + word + ")");
      }
      pid = sighting instanceof Sighting.Running running ? running.pid() : OptionalLong.empty();
      Readiness readiness =
          Readiness.of(
              service,
              sighting,
              Doors.of(service, sighting),
              Optional.of(mark),
              driver,
              tool,
              Deadline.in(Readiness.MOST_FOR_ONE, ticker));
      switch (readiness) {
        case Readiness.NotYet(String reason) -> {
          why = reason;
          settling = Optional.empty();
        }
        case Readiness.Ready _, Readiness.Untold _ -> {
          if (service.ready().isPresent()) {
            return new End.Ready(pid);
          }
          settling = Settling.of(settling, sighting, ticker);
          why = "it does not stay up";
          if (settling.filter(seen -> seen.isLongerThan(SETTLED, ticker)).isPresent()) {
            return new End.Ready(pid);
          }
        }
      }
      if (deadline.hasPassed()) {
        return new End.NotReady(pid, "not ready within " + Ages.of(within) + ": " + why);
      }
      ticker.rest(BETWEEN);
    }
  }

  /** The same processes, since when. */
  private record Settling(List<ProcessId> processes, long sinceNanos) {
    static Optional<Settling> of(Optional<Settling> before, Sighting sighting, Ticker ticker) {
      List<ProcessId> now =
          sighting instanceof Sighting.Running running ? running.processes() : List.of();
      return before
          .filter(seen -> seen.processes().equals(now))
          .or(() -> Optional.of(new Settling(now, ticker.nanos())));
    }

    boolean isLongerThan(Duration enough, Ticker ticker) {
      return ticker.nanos() - sinceNanos >= enough.toNanos();
    }
  }
}
