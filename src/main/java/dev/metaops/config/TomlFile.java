package dev.metaops.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** The configuration file as a flat map of {@code section.key}. */
final class TomlFile {
  private TomlFile() {}

  /** A file that is not TOML is one problem, and then nothing was said in it. */
  static Map<String, Sources.Found> read(Path path, Problems problems) {
    try {
      String text = Files.readString(path);
      Map<String, Sources.Found> values = new LinkedHashMap<>();
      gather("", new TomlMapper().readTree(text), new Place(path, text.lines().toList()), values);
      return values;
    } catch (JacksonException notToml) {
      problems.add(
          new Problem(
              "the file", "", "not TOML: " + notToml.getOriginalMessage(), at(path, notToml)));
    } catch (IOException _) {
      problems.add(
          new Problem(
              "the file",
              "",
              "expected: text in UTF-8 that can be read",
              new Origin.InFile(path, Optional.empty())));
    }
    return Map.of();
  }

  private record Place(Path path, List<String> lines) {
    Path directory() {
      Path parent = path.toAbsolutePath().getParent();
      return parent == null ? path.toAbsolutePath() : parent;
    }
  }

  private static void gather(
      String prefix, JsonNode node, Place place, Map<String, Sources.Found> values) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String path = prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey();
      if (entry.getValue().isObject()) {
        gather(path, entry.getValue(), place, values);
      } else {
        Origin origin = new Origin.InFile(place.path, line(path, place.lines));
        values.put(path, new Sources.Found(text(entry.getValue()), origin, place.directory()));
      }
    }
  }

  private static String text(JsonNode node) {
    if (!node.isArray()) {
      return node.asString();
    }
    List<String> texts = new ArrayList<>();
    node.forEach(element -> texts.add(element.asString()));
    return String.join(",", texts);
  }

  private static Origin at(Path path, JacksonException notToml) {
    TokenStreamLocation location = notToml.getLocation();
    return new Origin.InFile(
        path,
        location == null ? Optional.empty() : Optional.of(location.getLineNr()).filter(n -> n > 0));
  }

  /** The parsed tree keeps no lines; this finds the usual {@code [section]} and {@code key =}. */
  private static Optional<Integer> line(String path, List<String> lines) {
    String table = "";
    for (int index = 0; index < lines.size(); index++) {
      String line = lines.get(index).strip();
      if (line.startsWith("[") && line.indexOf(']') > 0) {
        table = line.substring(1, line.indexOf(']')).strip() + ".";
      }
      int equals = line.indexOf('=');
      if (equals > 0 && path.equals(table + line.substring(0, equals).strip())) {
        return Optional.of(index + 1);
      }
    }
    return Optional.empty();
  }
}
