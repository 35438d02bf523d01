package dev.metaops.services;

import dev.metaops.config.ServicesSection;
import dev.metaops.config.ServicesSection.Supervised;
import dev.metaops.config.Where;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** All configured services. Thread-safe. */
public final class Services {
  private static final Duration GRACE = Duration.ofMillis(200);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

  private final List<Supervised> all;
  private final Drivers drivers;
  private final Path directory;
  private final LastSeen lastSeen;
  private final Ticker ticker;

  /**
   * Touches nothing yet.
   *
   * @param data the data directory
   */
  public Services(ServicesSection configured, Where where, Path data, Ticker ticker) {
    this.all = configured.all();
    this.directory = data.resolve("services");
    this.drivers = new Drivers(where, directory);
    this.lastSeen = new LastSeen(directory.resolve("seen.json"));
    this.ticker = ticker;
  }

  public List<Supervised> all() {
    return all;
  }

  public Optional<Supervised> named(String name) {
    return all.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /** Side by side; whoever does not answer in time is unknown. */
  public List<Look> look(Deadline deadline) {
    List<FutureTask<Look>> asked = new ArrayList<>();
    Drivers shared = drivers.forOneLook();
    for (Supervised service : all) {
      FutureTask<Look> task = new FutureTask<>(() -> look(service, shared, deadline));
      Thread.ofVirtual().name("service/" + service.name()).start(task);
      asked.add(task);
    }
    List<Look> looks = new ArrayList<>();
    for (int at = 0; at < all.size(); at++) {
      looks.add(waited(all.get(at), asked.get(at), deadline));
    }
    return looks;
  }

  private static Look look(Supervised service, Drivers drivers, Deadline deadline) {
    Driver driver = drivers.of(service);
    Sighting sighting = driver.look(deadline);
    List<Door> doors = Doors.of(service, sighting);
    return new Look(
        service,
        sighting,
        doors,
        Readiness.of(
            service, sighting, doors, Optional.empty(), driver, drivers.probes(), deadline));
  }

  private static Look waited(Supervised service, FutureTask<Look> task, Deadline deadline) {
    try {
      return task.get(deadline.remaining().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException hung) {
      task.cancel(true);
      return unseen(service, "no answer in time");
    } catch (ExecutionException defect) {
      return unseen(service, "a defect: " + defect.getCause());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return unseen(service, "not looked at: we are stopping");
    }
  }

  private static Look unseen(Supervised service, String why) {
    return new Look(service, new Sighting.Unseen(why), List.of(), new Readiness.NotYet(why));
  }

  /** What {@link #undertake} would do, in its order. */
  public record Planned(Asked.Verb verb, Supervised service, OptionalLong pid, String state) {}

  /** Changes nothing. */
  public List<Planned> plan(Asked asked, Deadline deadline) {
    Map<String, Sighting> seen = new LinkedHashMap<>();
    look(deadline).forEach(look -> seen.put(look.service().name(), look.sighting()));
    List<Planned> steps = new ArrayList<>();
    if (asked.verb() != Asked.Verb.START) {
      Sequence.toStop(all, asked.chosen())
          .forEach(each -> steps.add(planned(Asked.Verb.STOP, each, seen)));
    }
    if (asked.verb() != Asked.Verb.STOP) {
      Sequence.toStart(all, asked.chosen())
          .forEach(each -> steps.add(planned(Asked.Verb.START, each, seen)));
    }
    return steps;
  }

  private static Planned planned(Asked.Verb verb, Supervised service, Map<String, Sighting> seen) {
    Sighting sighting = seen.getOrDefault(service.name(), new Sighting.Unseen("not looked at"));
    return new Planned(
        verb,
        service,
        sighting instanceof Sighting.Running running ? running.pid() : OptionalLong.empty(),
        sighting.text());
  }

  /**
   * Empty while another process stops or starts services of this machine.
   *
   * @throws IOException when the data directory takes no file
   */
  public Optional<Turn> turn() throws IOException {
    return Turn.take(directory);
  }

  /**
   * The same for a person: one that another has at this moment is waited for.
   *
   * @throws IOException when the data directory takes no file
   */
  public Optional<Turn> turn(Deadline patience) throws IOException, InterruptedException {
    Optional<Turn> turn = turn();
    while (turn.isEmpty() && !patience.hasPassed()) {
      ticker.rest(BETWEEN_TRIES);
      turn = turn();
    }
    return turn;
  }

  /**
   * Does it; returns when all is done. Ends with each service's own deadlines.
   *
   * @param said hears what is done, a line each
   */
  public List<Outcome> undertake(Asked asked, Consumer<String> said) throws InterruptedException {
    return new Undertaking(all, drivers, asked, said, ticker).run();
  }

  /** The newest lines of one. */
  public Logged logs(Supervised service, int lines, Deadline deadline) {
    return drivers.of(service).newest(lines, deadline);
  }

  /** Something that metaops did not do. */
  public record Noticed(String service, Change change) {}

  /**
   * Compares with the last look, and then remembers this one. For whoever has its {@link Turn}.
   *
   * @param recorded writes down what was noticed; what it fails at is noticed again
   * @throws IOException when what is remembered cannot be read or kept
   */
  public void notice(Deadline deadline, Consumer<List<Noticed>> recorded) throws IOException {
    List<Noticed> noticed = new ArrayList<>();
    Map<String, Life> before = lastSeen.read();
    Map<String, Life> now = new LinkedHashMap<>();
    for (Look look : look(deadline)) {
      String name = look.service().name();
      Optional<Life> earlier = Optional.ofNullable(before.get(name));
      Optional<Life> life = Life.of(look.sighting());
      life.flatMap(found -> earlier.flatMap(was -> Change.between(was, found)))
          .ifPresent(change -> noticed.add(new Noticed(name, change)));
      life.or(() -> earlier).ifPresent(found -> now.put(name, found));
    }
    boolean isNew = !now.equals(before);
    if (isNew) {
      lastSeen.prepare(now);
    }
    recorded.accept(List.copyOf(noticed));
    if (isNew) {
      lastSeen.keep();
    }
  }

  /**
   * How these are at the next look is no change. For whoever has its {@link Turn}.
   *
   * @throws IOException when what is remembered cannot be read or kept
   */
  public void forget(Collection<String> names) throws IOException {
    Map<String, Life> others = new LinkedHashMap<>(lastSeen.read());
    others.keySet().removeAll(names);
    lastSeen.prepare(others);
    lastSeen.keep();
  }
}
