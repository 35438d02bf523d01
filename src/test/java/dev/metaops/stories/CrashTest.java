package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.demo.Mining;
import dev.metaops.listen.Waypoint;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestVenue;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of the listener at every waypoint and at random moments while orders are placed
 * and settled: afterwards every column is as if nothing had happened. {@code -Dmetaops.kills=N} for
 * more than 50.
 */
class CrashTest {
  private static final int KILLS = Integer.getInteger("metaops.kills", 50);

  /** As the process of a kill by signal 9 ends. */
  private static final int KILLED = 137;

  @AutoClose
  private final TestChain chain =
      TestChain.start(
          options -> options.withMining(new Mining.Every(Duration.ofMillis(250))).withAccounts(10));

  private final TestVenue venue = new TestVenue(chain);
  private final SplittableRandom random = new SplittableRandom(9);
  @TempDir private Path directory;

  private record Child(ServeProcess process, String waypoint) {}

  @Test
  void everyColumnIsAsInAStraightRun() throws Exception {
    Trading trading = Trading.begin(venue);
    AtomicInteger atRandom = new AtomicInteger();
    long begun = SystemTicker.SYSTEM.nanos();
    try {
      killAgainAndAgain(atRandom);
    } finally {
      trading.end();
    }
    Duration took = Duration.ofNanos(SystemTicker.SYSTEM.nanos() - begun);

    Map<Waypoint, Integer> deaths = deaths();
    int kills = deaths.values().stream().mapToInt(Integer::intValue).sum() + atRandom.get();
    System.out.printf(
        "%d kills in %.1f s (%s, at random %d), %d orders, %s events%n",
        kills,
        took.toMillis() / 1000.0,
        deaths,
        atRandom.get(),
        trading.orders().size(),
        venue.one("SELECT count(*) FROM metaops.event"));
    trading.assertAsInAStraightRun();
    assertThat(kills).isGreaterThanOrEqualTo(KILLS);
    assertThat(deaths).containsOnlyKeys(Waypoint.values());
    assertThat(trading.orders()).hasSizeGreaterThan(100);
    assertThat(
            venue.all(
                "SELECT state FROM public.orders GROUP BY state HAVING count(*) > 2 ORDER BY 1"))
        .contains("CANCELLED", "DISPUTED", "PENDING", "REFUNDED", "SETTLED");
  }

  private void killAgainAndAgain(AtomicInteger atRandom) throws IOException {
    Queue<Child> warm = new ArrayDeque<>();
    try {
      int started = 0;
      for (int killed = 0; killed < KILLS; ) {
        while (warm.size() < 2) {
          warm.add(child(started++));
        }
        Child child = warm.remove();
        child
            .process()
            .await(
                "it is warm",
                Duration.ofSeconds(60),
                () -> child.process().output().contains("warm"));
        begin(child);
        killed += endsOf(child, atRandom);
      }
    } finally {
      warm.forEach(child -> child.process().close());
    }
  }

  /** 1 when it died by a kill, of its own hand or ours. */
  private int endsOf(Child child, AtomicInteger atRandom) {
    Process process = child.process().process();
    Duration patience =
        child.waypoint().equals("-")
            ? Duration.ofMillis(20 + random.nextInt(500))
            : Duration.ofSeconds(15);
    boolean diedAlone = ServeProcess.becomes(patience, () -> !process.isAlive());
    if (!diedAlone) {
      process.destroyForcibly();
      child.process().awaitEnd(Duration.ofSeconds(10));
      atRandom.incrementAndGet();
    }
    assertThat(process.exitValue()).as(child.process().output()).isEqualTo(KILLED);
    return 1;
  }

  /** Two at a waypoint, each in turn, then one at random. */
  private Child child(int number) {
    Waypoint[] waypoints = Waypoint.values();
    String waypoint =
        number % 3 == 2 ? "-" : waypoints[(number - number / 3) % waypoints.length].name();
    String pass = String.valueOf(waypoint.equals("LEASE_TAKEN") ? 1 : 1 + random.nextInt(3));
    return new Child(
        ServeProcess.start(
            CrashingServe.class.getName(),
            List.of(
                venue.orders().url().secretText(),
                chain.url(),
                venue.registry().address().text(),
                directory.toString(),
                waypoint,
                pass),
            Map.of("PATH", "/usr/bin:/bin"),
            directory.resolve("child-" + number + ".log")),
        waypoint);
  }

  private static void begin(Child child) throws IOException {
    try (var out = child.process().process().getOutputStream()) {
      out.write('\n');
    }
  }

  private Map<Waypoint, Integer> deaths() throws IOException {
    Map<Waypoint, Integer> deaths = new EnumMap<>(Waypoint.class);
    try (Stream<String> lines = Files.lines(directory.resolve("deaths"))) {
      lines.map(Waypoint::valueOf).forEach(waypoint -> deaths.merge(waypoint, 1, Integer::sum));
    }
    return deaths;
  }
}
