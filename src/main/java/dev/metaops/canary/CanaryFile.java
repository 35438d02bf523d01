package dev.metaops.canary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code serve} knows of the front ends, in a small file of the data directory, so that a
 * person's look can tell of what was before it. An aid: what cannot be read is nothing, and what
 * cannot be written is let go. One process writes it.
 */
public final class CanaryFile {
  private static final String SHAPE = "canary-memory/1";
  private static final long MOST_BYTES = 1 << 20;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path directory;
  private final String environment;

  /**
   * @param directory is never made; where there is none, nothing is kept
   * @param environment whose; what is kept of another is not read
   */
  public CanaryFile(Path directory, String environment) {
    this.directory = directory;
    this.environment = environment;
  }

  private Path file() {
    return directory.resolve("canary.json");
  }

  void keep(List<Remembered> all) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    ObjectNode root = JSON.createObjectNode().put("shape", SHAPE).put("environment", environment);
    ArrayNode frontends = root.putArray("frontends");
    for (Remembered each : all) {
      ObjectNode json =
          frontends
              .addObject()
              .put("frontend", each.frontend())
              .put("at", each.at().toEpochMilli());
      each.order().ifPresent(order -> json.put("order", order));
      ArrayNode drops = json.putArray("drops");
      for (Drop drop : each.drops()) {
        drops
            .addArray()
            .add(drop.at().toEpochMilli())
            .add(drop.code())
            .add(drop.after().toMillis());
      }
    }
    try {
      Path next = directory.resolve("canary.json.next");
      Files.writeString(next, JSON.writeValueAsString(root));
      Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unkept) {
      // The next turn writes all of it again.
    }
  }

  /** What is kept of these front ends. */
  public List<Remembered> read() {
    try {
      if (!Files.exists(file()) || Files.size(file()) > MOST_BYTES) {
        return List.of();
      }
      JsonNode root = JSON.readTree(Files.readString(file()));
      return root.path("shape").asString("").equals(SHAPE)
              && root.path("environment").asString("").equals(environment)
          ? read(root.path("frontends"))
          : List.of();
    } catch (IOException | JacksonException unreadable) {
      return List.of();
    }
  }

  private static List<Remembered> read(JsonNode frontends) {
    List<Remembered> all = new ArrayList<>();
    for (JsonNode json : frontends) {
      List<Drop> drops = new ArrayList<>();
      for (JsonNode drop : json.path("drops")) {
        drops.add(
            new Drop(
                Instant.ofEpochMilli(drop.path(0).longValue()),
                drop.path(1).intValue(),
                Duration.ofMillis(drop.path(2).longValue())));
      }
      String order = json.path("order").asString("");
      all.add(
          new Remembered(
              json.path("frontend").asString(""),
              Instant.ofEpochMilli(json.path("at").longValue()),
              Optional.of(order).filter(id -> !id.isEmpty()),
              drops));
    }
    return all;
  }
}
