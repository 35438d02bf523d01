package dev.metaops.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How each service was when it was last looked at, in a file. */
record LastSeen(Path file) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Nothing where there is no such file yet, or it is damaged. */
  Map<String, Life> read() throws IOException {
    Map<String, Life> lives = new LinkedHashMap<>();
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      json.properties()
          .forEach(each ->
              lives.put(
                  each.getKey(),
                  new Life(
                      each.getValue().path("processes").asString(""),
                      each.getValue().path("restarts").asLong(-1),
                      each.getValue().path("made").asString(""))));
      return lives;
    } catch (NoSuchFileException | JacksonException none) {
      return Map.of();
    }
  }

  /** Beside what is remembered, so that a disk that takes nothing is known before. */
  void prepare(Map<String, Life> lives) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    lives.forEach((name, life) ->
        json.putObject(name)
            .put("processes", life.processes())
            .put("restarts", life.restarts())
            .put("made", life.made()));
    Files.writeString(next(), JSON.writeValueAsString(json));
  }

  /** What was prepared is remembered from now on. */
  void keep() throws IOException {
    Files.move(next(), file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private Path next() {
    return file.resolveSibling(file.getFileName() + ".next");
  }
}
