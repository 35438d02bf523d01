package dev.metaops.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.TestPm2;
import dev.metaops.testing.TestServices;
import java.io.IOException;
import java.nio.file.Files;
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
