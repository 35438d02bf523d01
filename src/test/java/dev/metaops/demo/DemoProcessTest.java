package dev.metaops.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code metaops demo --once} as a person starts it: a process with its own children. */
@Tag("story")
class DemoProcessTest {
  @TempDir Path data;

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void playsToTheEndTruthfullyAndIsSpokenToFromOutsideMeanwhile() throws Exception {
    Started demo = metaops("demo", "--once", "-o", "json");
    demo.awaitTalk("CREATED → PENDING");
    assertThat(livePage()).as("opens by a click").contains("demo · owning");
    JsonNode states = metaops("--demo", "order", "states", "-o", "json").answer(0);
    assertThat(states.path("shape").asString()).isEqualTo("order-states/1");

    JsonNode facts = demo.answer(0);
    assertThat(facts.path("shape").asString()).isEqualTo("demo/1");
    assertThat(facts.path("all_true").asBoolean()).isTrue();
    assertThat(facts.path("took_s").asDouble()).isLessThan(90);
    assertThat(facts.path("acts")).hasSize(5);
    for (JsonNode act : facts.path("acts")) {
      assertThat(act.path("facts")).isNotEmpty();
      for (JsonNode fact : act.path("facts")) {
        assertThat(fact.path("seen").asString())
            .as(fact.path("claim").asString())
            .isEqualTo(fact.path("expected").asString());
        assertThat(fact.path("holds").asBoolean()).isTrue();
      }
    }
    assertThat(data.resolve("demo/world.env")).doesNotExist();
    assertThat(ProcessHandle.allProcesses().filter(this::isOfThisWorld)).isEmpty();
  }

  private boolean isOfThisWorld(ProcessHandle process) {
    return process.info().commandLine().filter(line -> line.contains(data.toString())).isPresent();
  }

  /** A running metaops and the files its output goes to. */
  private record Started(Process process, Path out, Path err) {
    /** Waits for its end; standard output has to be one JSON document. */
    JsonNode answer(int expectedExit) throws Exception {
      int exit = process.waitFor();
      assertThat(exit).as(() -> read(err)).isEqualTo(expectedExit);
      return JsonMapper.shared().readTree(read(out));
    }

    void awaitTalk(String word) throws Exception {
      Deadline deadline = Deadline.in(Duration.ofSeconds(60), SystemTicker.SYSTEM);
      while (!read(err).contains(word)) {
        assertThat(process.isAlive() && !deadline.hasPassed()).as(() -> read(err)).isTrue();
        SystemTicker.SYSTEM.rest(Duration.ofMillis(100));
      }
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private Started metaops(String... words) throws IOException {
    var command = new ArrayList<>(WorldHolder.metaops());
    command.addAll(List.of(words));
    Path out = data.resolve(words[0] + ".out");
    Path err = data.resolve(words[0] + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(data.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("METAOPS_DATA_DIR", data.toString());
    return new Started(builder.start(), out, err);
  }

  private String livePage() throws IOException, InterruptedException {
    String port =
        Files.readAllLines(data.resolve("demo/world.env")).stream()
            .filter(line -> line.startsWith("METAOPS_PORT="))
            .map(line -> line.substring("METAOPS_PORT=".length()))
            .findFirst()
            .orElseThrow();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
