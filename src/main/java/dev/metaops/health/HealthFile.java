package dev.metaops.health;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Since when things are as they are, in a small file of the data directory, so that every process
 * of this machine can tell with everything else down. It is an aid: what cannot be read is begun
 * anew, and what cannot be written is let go.
 */
public final class HealthFile {
  private static final String SHAPE = "health-memory/1";
  private static final long MOST_BYTES = 4 << 20;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path directory;

  /**
   * @param directory is never made; where there is none, nothing is kept
   */
  public HealthFile(Path directory) {
    this.directory = directory;
  }

  private Path file() {
    return directory.resolve("health.json");
  }

  /** What is remembered of this environment. */
  public HealthMemory read(String environment) {
    try {
      return Files.exists(file()) && Files.size(file()) <= MOST_BYTES
          ? parse(JSON.readTree(Files.readString(file())), environment)
          : HealthMemory.empty(environment);
    } catch (IOException | RuntimeException unreadable) {
      return HealthMemory.empty(environment);
    }
  }

  /**
   * What is remembered with these results; they are kept unless another process is keeping its own
   * at this moment.
   */
  public HealthMemory remember(String environment, Report report) {
    if (!Files.isDirectory(directory)) {
      return HealthMemory.empty(environment).after(report);
    }
    try (FileChannel channel =
            FileChannel.open(
                directory.resolve("health.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        @Nullable FileLock lock = channel.tryLock()) {
      HealthMemory memory = read(environment).after(report);
      if (lock != null) {
        write(memory);
      }
      return memory;
    } catch (IOException | OverlappingFileLockException busy) {
      return read(environment).after(report);
    }
  }

  private void write(HealthMemory memory) throws IOException {
    Path next = directory.resolve("health.json.next");
    Files.writeString(next, JSON.writeValueAsString(json(memory)));
    Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static ObjectNode json(HealthMemory memory) {
    ObjectNode root =
        JSON.createObjectNode().put("shape", SHAPE).put("environment", memory.environment());
    ArrayNode checks = root.putArray("checks");
    for (CheckMemory check : memory.checks()) {
      Steadiness steady = check.steadiness();
      ObjectNode json =
          checks
              .addObject()
              .put("component", check.component())
              .put("subject", check.subject())
              .put("condition", steady.condition().name())
              .put("since", steady.since().toString())
              .put("blind_ms", steady.blind().toMillis());
      json.putObject("run")
          .put("results", steady.run().results())
          .put("nearest", steady.run().nearest().name())
          .put("since", steady.run().since().toString());
      ArrayNode samples = json.putArray("samples");
      for (CheckMemory.Sample sample : check.samples()) {
        samples
            .addArray()
            .add(sample.at().toEpochMilli())
            .add(sample.condition().ordinal())
            .add(sample.took().toMillis());
      }
    }
    return root;
  }

  private static HealthMemory parse(JsonNode root, String environment) {
    if (!root.path("shape").asString("").equals(SHAPE)
        || !root.path("environment").asString("").equals(environment)) {
      return HealthMemory.empty(environment);
    }
    List<CheckMemory> checks = new ArrayList<>();
    for (JsonNode check : root.path("checks")) {
      check(check).ifPresent(checks::add);
    }
    return new HealthMemory(environment, checks);
  }

  private static Optional<CheckMemory> check(JsonNode json) {
    List<CheckMemory.Sample> samples = new ArrayList<>();
    for (JsonNode sample : json.path("samples")) {
      samples.add(
          new CheckMemory.Sample(
              Instant.ofEpochMilli(sample.path(0).longValue()),
              Condition.values()[sample.path(1).intValue()],
              Duration.ofMillis(sample.path(2).longValue())));
    }
    if (samples.isEmpty()) {
      return Optional.empty();
    }
    JsonNode run = json.path("run");
    return Optional.of(
        new CheckMemory(
            json.path("component").stringValue(),
            json.path("subject").stringValue(),
            new Steadiness(
                condition(json.path("condition")),
                Instant.parse(json.path("since").stringValue()),
                new Steadiness.Run(
                    run.path("results").intValue(),
                    condition(run.path("nearest")),
                    Instant.parse(run.path("since").stringValue())),
                new Steadiness.Last(samples.getLast().condition(), samples.getLast().at()),
                Duration.ofMillis(json.path("blind_ms").longValue())),
            samples));
  }

  private static Condition condition(JsonNode json) throws JacksonException {
    return Condition.valueOf(json.stringValue());
  }
}
