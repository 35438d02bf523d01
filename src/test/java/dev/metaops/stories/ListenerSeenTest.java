package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.main.Main;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code listener status}: a real process, seen from another one. */
class ListenerSeenTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @AutoClose private final TestChain chain = TestChain.start();
  private final TestVenue venue = new TestVenue(chain);
  @TempDir private Path directory;

  @Test
  void neverStartedFollowingHungPausedAndDeadAreToldApart() throws Exception {
    assertThat(state()).isEqualTo("never-started");
    try (ServeProcess serve = serve("first")) {
      long process = serve.process().pid();
      awaitState(serve, "following");
      assertThat(status().exit()).isEqualTo(ExitCode.FINE);

      signal("STOP", process);
      awaitState(serve, "hung");
      Said hung = status();
      assertThat(hung.exit()).isEqualTo(ExitCode.CRITICAL);
      assertThat(hung.json().path("sentence").asString())
          .contains("process " + process + " is stopped (SIGSTOP)");
      assertThat(hung.json().path("next").asString()).isEqualTo("kill -CONT " + process);

      signal("CONT", process);
      awaitState(serve, "following");

      operator().types("freeze 'odd payouts'");
      awaitState(serve, "paused");
      assertThat(status().json().path("sentence").asString())
          .startsWith("paused: following")
          .contains("odd payouts");
      operator().types("unfreeze");
      awaitState(serve, "following");

      serve.process().destroyForcibly();
      serve.awaitEnd(SOON);
      Said dead = status();
      assertThat(dead.json().path("state").asString())
          .as("at once, though its lease has seconds to run")
          .isEqualTo("dead");
      assertThat(dead.json().path("sentence").asString())
          .contains("process " + process + " has ended");
      assertThat(dead.json().path("next").asString()).isEqualTo("metaops serve");
    }
  }

  @Test
  void oneThatStoppedAsItShouldGaveUpItsLease() throws Exception {
    try (ServeProcess serve = serve("first")) {
      awaitState(serve, "following");
      serve.process().destroy();
      serve.awaitEnd(SOON);
      Said dead = status();
      assertThat(dead.json().path("state").asString()).isEqualTo("dead");
      assertThat(dead.json().path("sentence").asString()).contains("nobody holds the lease");
    }
  }

  @Test
  void whileOneHoldsTheLeaseTheOtherWaitsAndTheHolderIsTheOneThatIsSeen() throws Exception {
    try (ServeProcess first = serve("first")) {
      awaitState(first, "following");
      try (ServeProcess second = serve("second")) {
        second.await("waits", SOON, () -> second.output().contains("waits:"));
        assertThat(status().json().path("holder").asString())
            .contains("/" + first.process().pid() + "/");
        first.process().destroyForcibly();
        first.awaitEnd(SOON);
        second.await(
            "the other follows",
            SOON,
            () ->
                status()
                    .json()
                    .path("holder")
                    .asString("")
                    .contains("/" + second.process().pid() + "/"));
        awaitState(second, "following");
      }
    }
  }

  private void awaitState(ServeProcess serve, String state) {
    serve.await(
        state,
        SOON,
        () -> {
          // A chain that stands still would make it idle.
          chain.mine(1);
          return state().equals(state);
        });
  }

  private String state() {
    return status().json().path("state").asString();
  }

  private Said status() {
    return operator().types("listener status -o json");
  }

  private static void signal(String name, long process) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process)).start().waitFor())
        .isZero();
  }

  private Operator operator() {
    return new Operator(directory, environment("operator"));
  }

  private Map<String, String> environment(String name) {
    return Map.of(
        "DATABASE_URL", venue.orders().url().secretText(),
        "RPC_URL", chain.url(),
        "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text(),
        "METAOPS_DATA_DIR", directory.resolve(name).toString());
  }

  private ServeProcess serve(String name) throws IOException {
    Map<String, String> environment = new HashMap<>(environment(name));
    environment.put("OPS_DATABASE_URL", TestPostgres.emptyDatabase().url().secretText());
    environment.put(
        "METAOPS_CONFIG",
        Files.writeString(directory.resolve("own.toml"), "[orders]\nmode = \"own\"\n").toString());
    return ServeProcess.start(
        Main.class.getName(), List.of("serve"), environment, directory.resolve(name + ".log"));
  }
}
