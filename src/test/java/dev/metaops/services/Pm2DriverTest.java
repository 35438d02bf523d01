package dev.metaops.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.config.Where;
import dev.metaops.testing.TestPm2;
import dev.metaops.testing.TestServices;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real pm2, and beside the service another one whose name pm2 takes for all of them. */
@SuppressWarnings("NullAway.Init")
class Pm2DriverTest extends DriverContract {
  private TestPm2 pm2;

  @BeforeEach
  void underPm2() throws Exception {
    pm2 = TestPm2.in(directory);
    pm2.types("start", TestServices.script().toString(), "--name", "the venue", "--", "0");
    pm2.types("stop", "the venue");
  }

  @AfterEach
  void end() throws Exception {
    pm2.close();
  }

  @Override
  String table() {
    return "driver = \"pm2\"\nname = \"the venue\"\nready = \"log:venue listens\"";
  }

  @Override
  Optional<String> absentTable() {
    return Optional.of("driver = \"pm2\"\nname = \"all\"");
  }

  @Override
  Map<String, String> variables() {
    return TestPm2.variables(directory.resolve("pm2"));
  }

  @Override
  void hang() throws Exception {
    signal("STOP");
  }

  @Override
  void unhang() throws Exception {
    signal("CONT");
  }

  /** As after a restart of the machine: the file is there, and the pid is another's. */
  @Test
  void aPidFileThatIsOlderThanWhoeverHasItsPidStartsNoDaemon() throws Exception {
    Path home = Files.createDirectories(directory.resolve("stale"));
    Process another = TestServices.stranger(0);
    try {
      Path pidFile = Files.writeString(home.resolve("pm2.pid"), another.pid() + "");
      Files.setLastModifiedTime(pidFile, FileTime.from(Instant.now().minusSeconds(3600)));
      assertThat(look(services(table() + "\npm2-home = \"" + home + "\"")).sighting())
          .isInstanceOf(Sighting.Absent.class);
      assertThat(discovered(home).silent()).contains("pm2: does not run under " + home);
      assertThat(home.resolve("rpc.sock")).as("a daemon's door").doesNotExist();
    } finally {
      another.destroyForcibly();
      endsDaemonOf(home);
    }
  }

  @Test
  void aPidFileThatCannotBeReadIsNotTakenForNone() throws Exception {
    Path home = directory.resolve("hidden");
    Files.createDirectories(home.resolve("pm2.pid"));
    assertThat(look(services(table() + "\npm2-home = \"" + home + "\"")).standing())
        .isEqualTo(Look.Standing.UNKNOWN);
    assertThat(discovered(home).silent()).anyMatch(why -> why.contains("cannot be read"));
    assertThat(home.resolve("rpc.sock")).doesNotExist();
  }

  private Discovery.Seen discovered(Path home) {
    return Discovery.of(
        new Where(
            TestPm2.variables(home),
            Optional.empty(),
            Optional.empty(),
            Where.UsualFile.LOOKED_FOR,
            directory,
            directory),
        Deadline.in(Duration.ofSeconds(5), SystemTicker.SYSTEM));
  }

  /** Only a product that breaks its word has started one. */
  private static void endsDaemonOf(Path home) throws IOException {
    if (Files.exists(home.resolve("rpc.sock"))) {
      ProcessHandle.of(Long.parseLong(Files.readString(home.resolve("pm2.pid")).strip()))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    String daemon = Files.readString(pm2.home().resolve("pm2.pid")).strip();
    new ProcessBuilder("kill", "-" + name, daemon).start().waitFor();
  }

  @Test
  void aNameThatPm2TakesForAllTouchesNoOther() throws Exception {
    Services services = services(absentTable().orElseThrow());
    pm2.types("start", "the venue");
    long before = pm2.listed("the venue").path("pid").asLong();
    did(Asked.Verb.RESTART, services);
    did(Asked.Verb.STOP, services);
    assertThat(pm2.listed("the venue").path("pid").asLong()).isEqualTo(before);
  }
}
