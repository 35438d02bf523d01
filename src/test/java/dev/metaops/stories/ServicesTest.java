package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.testing.TestPm2;
import dev.metaops.testing.TestServices;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code services}: real processes, under a real pm2 and under metaops itself. */
class ServicesTest {
  @TempDir private Path directory;

  /** What a service of the story is. */
  private record Part(String name, int port, String how, String table) {}

  /** One will not die, a stranger holds the next one's port, one is never ready. */
  private static List<Part> troubled(List<Integer> ports) {
    return List.of(
        new Part("web", ports.get(2), "unwell", "depends-on = [\"db\"]\nready-within = \"2s\""),
        new Part("db", ports.get(0), "stubborn", "stop-within = \"1s\""),
        new Part("api", ports.get(1), "", "depends-on = [\"db\"]"),
        new Part("edge", ports.get(3), "", "depends-on = [\"web\"]"));
  }

  private static String tables(List<Part> parts, String driver) {
    return parts.stream()
        .map(part ->
            "[services."
                + part.name()
                + "]\ndriver = \""
                + driver
                + "\"\nports = ["
                + part.port()
                + "]\nready = \"http://127.0.0.1:"
                + part.port()
                + "/\"\n"
                + (driver.equals("process")
                    ? "command = \"node '"
                        + TestServices.script()
                        + "' "
                        + part.port()
                        + " "
                        + part.how()
                        + "\"\n"
                    : "")
                + part.table()
                + "\n")
        .collect(Collectors.joining("\n"));
  }

  private Operator operator(List<Part> parts, String driver) throws IOException {
    return new Operator(directory, TestPm2.variables(directory.resolve("pm2")))
        .configured(tables(parts, driver));
  }

  private void ecosystem(TestPm2 pm2, List<Part> parts) throws Exception {
    String apps =
        parts.stream()
            .map(part ->
                "{\"name\":\"%s\",\"script\":\"%s\",\"args\":\"%d %s\",\"kill_timeout\":60000,\"max_restarts\":2}"
                    .formatted(part.name(), TestServices.script(), part.port(), part.how()))
            .collect(Collectors.joining(","));
    Path file =
        Files.writeString(directory.resolve("eco.config.json"), "{\"apps\":[" + apps + "]}");
    pm2.types("start", file.toString());
  }

  @Test
  void underPm2EachComesToItsRightEndAndTheStrangerLives() throws Exception {
    List<Integer> ports = TestServices.freePorts(5);
    List<Part> parts = troubled(ports);
    try (TestPm2 pm2 = TestPm2.in(directory);
        Bystanders bystanders = new Bystanders(ports)) {
      ecosystem(pm2, parts);
      restartsRightly(operator(parts, "pm2"), bystanders);
    }
  }

  @Test
  void underMetaopsItselfEachComesToItsRightEndAndTheStrangerLives() throws Exception {
    List<Integer> ports = TestServices.freePorts(5);
    List<Part> parts = troubled(ports);
    Operator operator = operator(parts, "process");
    try (Bystanders bystanders = new Bystanders(ports)) {
      operator.types("services start db web edge --force --skip-health-check");
      try {
        restartsRightly(operator, bystanders);
      } finally {
        operator.types("services stop --all --skip-health-check");
      }
    }
  }

  @Test
  void whatDiscoverPrintsServesTheNextCommandAndShowsNoSecret() throws Exception {
    int port = TestServices.freePorts(1).getFirst();
    try (TestPm2 pm2 = TestPm2.in(directory)) {
      Path file =
          Files.writeString(
              directory.resolve("eco.config.json"),
              "{\"apps\":[{\"name\":\"Event Listener\",\"script\":\"%s\",\"args\":\"%d\","
                      .formatted(TestServices.script(), port)
                  + "\"env\":{\"PRIVATE_KEY\":\"hunter2\"}}]}");
      pm2.types("start", file.toString());
      Operator operator = new Operator(directory, TestPm2.variables(pm2.home()));
      Said discovered = operator.types("services discover");
      assertThat(discovered.exit()).isEqualTo(ExitCode.FINE);
      assertThat(discovered.out())
          .contains("[services.event-listener]", "role = \"listener\"", "ports = [" + port + "]");
      operator.configured(discovered.out());
      Said status = operator.types("services status -o json");
      assertThat(service(status.json(), "event-listener").path("standing").asString())
          .as(status.all())
          .isEqualTo("READY");
      Said restarted = operator.types("pm2 restart event-listener");
      assertThat(restarted.exit()).as(restarted.all()).isEqualTo(ExitCode.FINE);
      assertThat(discovered.all() + status.all() + restarted.all()).doesNotContain("hunter2");
    }
  }

  @Test
  void aDryRunTouchesNothingAndWhatCannotBeMeantIsRefused() throws Exception {
    List<Part> parts = troubled(TestServices.freePorts(4));
    Operator operator = operator(parts, "process");
    Said planned = operator.types("services restart --all --dry-run -o json");
    assertThat(planned.exit()).isEqualTo(ExitCode.FINE);
    assertThat(
            planned
                .json()
                .path("steps")
                .valueStream()
                .map(step -> step.path("verb").asString() + " " + step.path("service").asString()))
        .containsExactly(
            "stop edge",
            "stop api",
            "stop web",
            "stop db",
            "start db",
            "start web",
            "start api",
            "start edge");
    assertThat(operator.types("services status").exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(operator.types("services restart dbb"))
        .satisfies(said -> {
          assertThat(said.exit()).isEqualTo(ExitCode.COULD_NOT);
          assertThat(said.out()).contains("did you mean db?");
        });
    try (FileChannel lock =
            FileChannel.open(
                Files.createDirectories(directory.resolve("data/services")).resolve("lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock _ = lock.lock()) {
      assertThat(operator.types("services start db").exit()).isEqualTo(ExitCode.REFUSED);
    }
    operator.configured("[services.db]\ndriver = \"pm3\"\n");
    assertThat(operator.types("services start db").out()).contains("services.db.driver: pm3");
  }

  @Test
  void aPersonWaitsForTheMomentThatAWatchTakesToLook() throws Exception {
    int port = TestServices.freePorts(1).getFirst();
    Operator operator =
        operator(List.of(new Part("web", port, "", "stop-within = \"2s\"")), "process");
    try {
      Said restarted;
      try (FileChannel file =
          FileChannel.open(
              Files.createDirectories(directory.resolve("data/services")).resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE)) {
        FileLock watch = file.lock();
        Thread looking =
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    SystemTicker.SYSTEM.rest(Duration.ofMillis(500));
                    watch.release();
                  } catch (IOException | InterruptedException never) {
                    throw new IllegalStateException(never);
                  }
                });
        restarted = operator.types("services restart web --skip-health-check");
        looking.join();
      }
      assertThat(restarted.exit()).as(restarted.all()).isEqualTo(ExitCode.FINE);
    } finally {
      operator.types("services stop --all --skip-health-check");
    }
  }

  /** A stranger on the port of api, and one whose command line is what the old script killed. */
  private static final class Bystanders implements AutoCloseable {
    final Process stranger;
    final Process unrelated;

    Bystanders(List<Integer> ports) throws IOException {
      stranger = TestServices.stranger(ports.get(1));
      unrelated = TestServices.stranger(ports.get(4), "Backend server", "listener");
    }

    @Override
    public void close() {
      stranger.destroyForcibly();
      unrelated.destroyForcibly();
    }
  }

  private static void restartsRightly(Operator operator, Bystanders bystanders) {
    JsonNode before = operator.types("services status -o json").json();
    Said said = operator.types("services restart --all --skip-health-check -o json");
    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(outcome(said, "db").path("outcome").asString()).isEqualTo("RESTARTED");
    assertThat(outcome(said, "db").path("sentence").asString()).contains("1 s and was killed");
    assertThat(outcome(said, "db").path("pid_before").asLong())
        .isEqualTo(service(before, "db").path("pid").asLong())
        .isNotEqualTo(outcome(said, "db").path("pid").asLong());
    assertThat(outcome(said, "api").path("outcome").asString()).isEqualTo("PORT_HELD");
    assertThat(outcome(said, "api").path("sentence").asString())
        .contains("process " + bystanders.stranger.pid() + " (node)", "left alone");
    assertThat(outcome(said, "web").path("outcome").asString()).isEqualTo("NOT_READY");
    assertThat(outcome(said, "web").path("sentence").asString()).contains("answers 503");
    assertThat(outcome(said, "edge").path("outcome").asString()).isEqualTo("NOT_STARTED");
    assertThat(outcome(said, "edge").path("sentence").asString()).contains("depends on web");
    assertThat(bystanders.stranger.isAlive()).isTrue();

    JsonNode after = operator.types("services status -o json").json();
    assertThat(service(after, "db").path("standing").asString()).isEqualTo("READY");
    assertThat(service(after, "web").path("standing").asString()).isEqualTo("NOT_READY");
    assertThat(service(after, "edge").path("standing").asString()).isEqualTo("STOPPED");
    assertThat(service(after, "api").path("ports").get(0).path("held_by").asString())
        .isEqualTo("a stranger");
    assertThat(after.path("next").asString()).isEqualTo("metaops services restart web");
    assertThat(operator.types("health services").out())
        .contains("held by process " + bystanders.stranger.pid() + " (node)");

    Said forced = operator.types("restart-all-services -Force -SkipHealthCheck -TimeoutSeconds 2");
    assertThat(forced.exit()).isEqualTo(ExitCode.COULD_NOT);
    JsonNode atLast = operator.types("services status -o json").json();
    assertThat(service(atLast, "edge").path("standing").asString()).isEqualTo("READY");
    assertThat(Stream.of(bystanders.stranger, bystanders.unrelated))
        .as("no stranger is killed by force")
        .allMatch(Process::isAlive);
  }

  private static JsonNode outcome(Said said, String service) {
    return service(said.json(), service);
  }

  private static JsonNode service(JsonNode json, String name) {
    return json.path("services")
        .valueStream()
        .filter(each -> each.path("service").asString().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
