package dev.metaops.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Processes that metaops starts itself. */
class ProcessDriverTest extends DriverContract {
  private String how = "";

  @AfterEach
  void end() throws Exception {
    did(Asked.Verb.STOP, services(table()));
  }

  @Override
  String table() {
    return "driver = \"process\"\nready = \"log:venue listens\"\ncommand = \"node '"
        + TestServices.script()
        + "' 0 "
        + how
        + "\"";
  }

  @Override
  Optional<String> absentTable() {
    return Optional.empty();
  }

  @Override
  Map<String, String> variables() {
    return Map.of("PATH", System.getenv("PATH"), "PRIVATE_KEY", "hunter2", "KUBECONFIG", "hunter2");
  }

  @Override
  void hang() {}

  @Override
  void unhang() {}

  private Path pidFile() throws IOException {
    Path file = directory.resolve("data/services/venue.pid");
    Files.createDirectories(directory.resolve("data/services"));
    return file;
  }

  @Test
  void aPidThatIsAnothersByNowIsNeitherSeenNorKilled() throws Exception {
    Process stranger = TestServices.stranger(0);
    try {
      Services services = services(table());
      Files.writeString(pidFile(), stranger.pid() + "@1\n");
      assertThat(look(services).standing()).isEqualTo(Look.Standing.STOPPED);
      assertThat(did(Asked.Verb.STOP, services).ending()).isEqualTo(Outcome.Ending.ALREADY);

      Files.writeString(pidFile(), stranger.pid() + "\n");
      Files.setLastModifiedTime(pidFile(), FileTime.from(Instant.now().minusSeconds(3600)));
      assertThat(look(services).standing())
          .as("a pid file older than the process that has the pid")
          .isEqualTo(Look.Standing.STOPPED);
      assertThat(did(Asked.Verb.RESTART, services).ending()).isEqualTo(Outcome.Ending.STARTED);
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void childrenThatStayAreKilledWithTheirParentAndNobodyElse() throws Exception {
    how = "parent";
    Process stranger = TestServices.stranger(0, "stubborn");
    try {
      Services services = services(table());
      assertThat(did(Asked.Verb.START, services).ending()).isEqualTo(Outcome.Ending.STARTED);
      ProcessId parent = ((Sighting.Running) look(services).sighting()).processes().getFirst();
      ProcessHandle child =
          ProcessHandle.of(parent.pid()).orElseThrow().children().findFirst().orElseThrow();
      Outcome stopped = did(Asked.Verb.STOP, services);
      assertThat(stopped.ending()).isEqualTo(Outcome.Ending.STOPPED);
      assertThat(stopped.sentence()).contains("was killed (process " + child.pid() + ")");
      child.onExit().get(5, TimeUnit.SECONDS);
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void oneWhosePidCannotBeKeptDoesNotRunOn() throws Exception {
    how = "parent marked-" + System.nanoTime();
    String marked = how.substring("parent ".length());
    Path inTheWay = Files.createDirectory(pidFile().resolveSibling("venue.pid.next"));
    Outcome started = did(Asked.Verb.START, services(table()));
    assertThat(started.ending()).isEqualTo(Outcome.Ending.NOT_STARTED);
    assertThat(started.sentence()).contains("ended again", pidFile().toString());
    assertThat(
            ServeProcess.becomes(
                Duration.ofSeconds(5),
                () ->
                    ProcessHandle.current()
                        .descendants()
                        .noneMatch(
                            process -> process.info().commandLine().orElse("").contains(marked))))
        .as("it runs on unknown")
        .isTrue();
    Files.delete(inTheWay);
  }

  @Test
  void noVariableOfOursReachesIt() throws Exception {
    Services services = services(table());
    did(Asked.Verb.START, services);
    ProcessId process = ((Sighting.Running) look(services).sighting()).processes().getFirst();
    assertThat(Files.readString(Path.of("/proc", process.pid() + "", "environ")))
        .contains("PATH=")
        .doesNotContain("hunter2");
  }
}
