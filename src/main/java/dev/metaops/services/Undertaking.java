package dev.metaops.services;

import dev.metaops.config.ServicesSection.Supervised;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Stops services in the reverse order of what they depend on, and starts them in that order, one
 * after another. Not thread-safe.
 */
final class Undertaking {
  private final List<Supervised> all;
  private final Drivers drivers;
  private final Asked asked;
  private final Consumer<String> said;
  private final Ticker ticker;
  private final Map<String, Stopping.End> stopped = new LinkedHashMap<>();
  private final Map<String, Outcome> outcomes = new LinkedHashMap<>();
  private final Map<String, Long> begun = new LinkedHashMap<>();

  /**
   * @param said hears what is done, a line each
   */
  Undertaking(
      List<Supervised> all, Drivers drivers, Asked asked, Consumer<String> said, Ticker ticker) {
    this.all = all;
    this.drivers = drivers;
    this.asked = asked;
    this.said = said;
    this.ticker = ticker;
  }

  /** In the order in which they ended. */
  List<Outcome> run() throws InterruptedException {
    switch (asked.verb()) {
      case STOP -> stop();
      case START -> start();
      case RESTART -> {
        stop();
        start();
      }
    }
    return List.copyOf(outcomes.values());
  }

  private void stop() throws InterruptedException {
    for (Supervised service : Sequence.toStop(all, asked.chosen())) {
      Driver driver = drivers.of(service);
      begun.put(service.name(), ticker.nanos());
      if (asked.verb() == Asked.Verb.RESTART && driver.rolls()) {
        continue;
      }
      said.accept("stopping " + service.name());
      Stopping.End end = new Stopping(service, driver, ticker).run();
      stopped.put(service.name(), end);
      switch (end) {
        case Stopping.End.Not(OptionalLong pid, String why) -> {
          said.accept(service.name() + " does not stop: " + why);
          put(service, Outcome.Ending.NOT_STOPPED, pid, pid, why);
        }
        case Stopping.End.Stopped(OptionalLong pid, List<Long> killed) when isStopOnly() ->
            put(
                service,
                Outcome.Ending.STOPPED,
                pid,
                OptionalLong.empty(),
                killing(service, killed).orElse("ended when it was asked to") + whoIsLeft(service));
        case Stopping.End.Already() when isStopOnly() ->
            put(
                service,
                Outcome.Ending.ALREADY,
                OptionalLong.empty(),
                OptionalLong.empty(),
                "it did not run");
        case Stopping.End.Absent(String why) when isStopOnly() ->
            put(
                service,
                Outcome.Ending.ABSENT,
                OptionalLong.empty(),
                OptionalLong.empty(),
                "nothing was stopped: " + why + " (what runs here: metaops services discover)");
        case Stopping.End.Stopped _, Stopping.End.Already _, Stopping.End.Absent _ -> {
          // Its outcome is that of its start.
        }
      }
    }
  }

  private boolean isStopOnly() {
    return asked.verb() == Asked.Verb.STOP;
  }

  private String whoIsLeft(Supervised service) {
    Set<String> left =
        all.stream()
            .filter(other -> other.dependsOn().contains(service.name()))
            .map(Supervised::name)
            .filter(other -> !asked.chosen().contains(other))
            .collect(Collectors.toCollection(TreeSet::new));
    return left.isEmpty()
        ? ""
        : "; depending on it and left as they are: " + String.join(", ", left);
  }

  private static Optional<String> killing(Supervised service, List<Long> killed) {
    return killed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "did not end within "
                + dev.metaops.time.Ages.of(service.stopWithin())
                + " and was killed (process "
                + killed.stream().map(String::valueOf).collect(Collectors.joining(", "))
                + ")");
  }

  private void start() throws InterruptedException {
    for (Supervised service : Sequence.toStart(all, asked.chosen())) {
      begun.putIfAbsent(service.name(), ticker.nanos());
      if (outcomes.containsKey(service.name())) {
        continue; // it runs on
      }
      Optional<String> missing = missing(service);
      if (missing.isPresent()) {
        put(
            service,
            Outcome.Ending.NOT_STARTED,
            before(service),
            OptionalLong.empty(),
            missing.get());
        said.accept(service.name() + " is not started: " + missing.get());
      } else {
        start(service);
      }
    }
  }

  /** What it depends on and is not there; of those that were not chosen nothing is known. */
  private Optional<String> missing(Supervised service) {
    return asked.zeal() == Asked.Zeal.FORCED
        ? Optional.empty()
        : service.dependsOn().stream()
            .flatMap(name -> Optional.ofNullable(outcomes.get(name)).stream())
            .filter(outcome -> !outcome.ending().carries())
            .findFirst()
            .map(outcome ->
                "it depends on "
                    + outcome.service()
                    + ", which is "
                    + outcome.ending().word()
                    + " (all the same: metaops services start "
                    + service.name()
                    + " --force)");
  }

  private void start(Supervised service) throws InterruptedException {
    Driver driver = drivers.of(service);
    boolean rolls = asked.verb() == Asked.Verb.RESTART && driver.rolls();
    Sighting found = driver.look(dev.metaops.time.Deadline.in(Duration.ofSeconds(5), ticker));
    if (!rolls && found instanceof Sighting.Running running) {
      put(
          service,
          Outcome.Ending.ALREADY,
          before(service),
          running.pid(),
          "it runs already" + restartHint(service));
      return;
    }
    said.accept((rolls ? "rolling " : "starting ") + service.name());
    Starting.End end =
        new Starting(service, driver, drivers.probes(), ticker)
            .run(
                rolls ? Starting.Way.ROLL : Starting.Way.START,
                asked.zeal(),
                asked.readyWithin().orElse(service.readyWithin()));
    switch (end) {
      case Starting.End.Ready(OptionalLong pid) -> {
        boolean wasThere = rolls || before(service).isPresent();
        put(
            service,
            wasThere ? Outcome.Ending.RESTARTED : Outcome.Ending.STARTED,
            before(service),
            pid,
            "ready" + killed(service).map(how -> "; before it " + how).orElse(""));
      }
      case Starting.End.NotReady(OptionalLong pid, String why) ->
          put(
              service,
              Outcome.Ending.NOT_READY,
              before(service),
              pid,
              why + " (metaops services logs " + service.name() + ")");
      case Starting.End.NotStarted(String why) ->
          put(
              service,
              Outcome.Ending.NOT_STARTED,
              before(service),
              OptionalLong.empty(),
              why + " (metaops services logs " + service.name() + ")");
      case Starting.End.PortHeld(String why) ->
          put(
              service,
              Outcome.Ending.PORT_HELD,
              before(service),
              OptionalLong.empty(),
              why
                  + ", which is none of "
                  + service.name()
                  + "'s and was left alone; end that yourself, then: metaops services start "
                  + service.name());
    }
  }

  /** Asked to stop it would be gone by now: whoever brought it back was not metaops. */
  private String restartHint(Supervised service) {
    return stopped.containsKey(service.name())
        ? ", though it was stopped a moment ago: somebody else started it"
        : " (anew: metaops services restart " + service.name() + ")";
  }

  private Optional<String> killed(Supervised service) {
    return stopped.get(service.name())
            instanceof Stopping.End.Stopped(OptionalLong _, List<Long> killed)
        ? killing(service, killed)
        : Optional.empty();
  }

  private OptionalLong before(Supervised service) {
    return stopped.get(service.name()) instanceof Stopping.End.Stopped(OptionalLong pid, var _)
        ? pid
        : OptionalLong.empty();
  }

  private void put(
      Supervised service,
      Outcome.Ending ending,
      OptionalLong before,
      OptionalLong after,
      String sentence) {
    long since = begun.getOrDefault(service.name(), ticker.nanos());
    outcomes.put(
        service.name(),
        new Outcome(
            service.name(),
            ending,
            before,
            after,
            sentence,
            Duration.ofNanos(ticker.nanos() - since)));
  }
}
