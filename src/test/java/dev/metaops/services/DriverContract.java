package dev.metaops.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What holds of every driver, whoever answers its command line. */
@Timeout(60)
abstract class DriverContract {
  @TempDir Path directory;

  /** The lines of the service's table, but its stop and ready times. */
  abstract String table();

  /** The same of one that is not there; empty where there is always one. */
  abstract Optional<String> absentTable();

  /** Variables of whoever asks. */
  abstract Map<String, String> variables() throws IOException;

  /** Makes its supervisor give no answer, or answer again. */
  abstract void hang() throws Exception;

  abstract void unhang() throws Exception;

  Services services(String table) throws IOException {
    Files.createDirectories(directory.resolve("home"));
    Files.writeString(
        directory.resolve("metaops.toml"),
        "[services.venue]\n" + table + "\nstop-within = \"3s\"\nready-within = \"5s\"\n");
    Where where =
        new Where(
            variables(),
            Optional.empty(),
            Optional.empty(),
            Where.UsualFile.LOOKED_FOR,
            directory,
            directory.resolve("home"));
    Configuration configuration = Configuration.read(where);
    assertThat(configuration.problems()).isEmpty();
    return new Services(
        configuration.settings().services(), where, directory.resolve("data"), SystemTicker.SYSTEM);
  }

  private static Deadline within(Duration most) {
    return Deadline.in(most, SystemTicker.SYSTEM);
  }

  static Look look(Services services) {
    return services.look(within(Duration.ofSeconds(5))).getFirst();
  }

  static Outcome did(Asked.Verb verb, Services services) throws InterruptedException {
    return services
        .undertake(new Asked(verb, List.of("venue"), Asked.Zeal.CAREFUL, Optional.empty()), _ -> {})
        .getFirst();
  }

  @Test
  void startsIsSeenRestartsWritesAndStops() throws Exception {
    Services services = services(table());
    assertThat(look(services).standing()).isEqualTo(Look.Standing.STOPPED);
    assertThat(did(Asked.Verb.START, services).ending()).isEqualTo(Outcome.Ending.STARTED);
    assertThat(look(services).standing()).isEqualTo(Look.Standing.READY);
    assertThat(did(Asked.Verb.START, services).ending()).isEqualTo(Outcome.Ending.ALREADY);
    Life before = Life.of(look(services).sighting()).orElseThrow();
    assertThat(did(Asked.Verb.RESTART, services).ending()).isEqualTo(Outcome.Ending.RESTARTED);
    Life after = Life.of(look(services).sighting()).orElseThrow();
    assertThat(Change.between(before, after)).containsInstanceOf(Change.Restarted.class);
    assertThat(services.logs(services.all().getFirst(), 5, within(Duration.ofSeconds(5))))
        .isInstanceOfSatisfying(
            Logged.Lines.class,
            logged -> assertThat(logged.lines()).anyMatch(line -> line.contains("venue")));
    assertThat(did(Asked.Verb.STOP, services).ending()).isEqualTo(Outcome.Ending.STOPPED);
    assertThat(look(services).standing()).isEqualTo(Look.Standing.STOPPED);
    assertThat(did(Asked.Verb.STOP, services).ending()).isEqualTo(Outcome.Ending.ALREADY);
  }

  @Test
  void oneThatIsNotThereIsAbsent() throws Exception {
    if (absentTable().isPresent()) {
      Services services = services(absentTable().get());
      assertThat(look(services).sighting()).isInstanceOf(Sighting.Absent.class);
      assertThat(did(Asked.Verb.START, services).ending()).isEqualTo(Outcome.Ending.NOT_STARTED);
      Outcome stopped = did(Asked.Verb.STOP, services);
      assertThat(stopped.ending()).isEqualTo(Outcome.Ending.ABSENT);
      assertThat(stopped.ending().isWell()).isFalse();
      assertThat(stopped.sentence()).contains(look(services).sighting().text());
    }
  }

  @Test
  void aSupervisorThatGivesNoAnswerIsWaitedForNoLongerThanTheDeadline() throws Exception {
    Services services = services(table());
    hang();
    try {
      long begun = System.nanoTime();
      Look look = services.look(within(Duration.ofMillis(700))).getFirst();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
      if (!(this instanceof ProcessDriverTest)) {
        assertThat(look.standing()).isEqualTo(Look.Standing.UNKNOWN);
      }
    } finally {
      unhang();
    }
  }
}
