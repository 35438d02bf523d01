package dev.metaops.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Which environment this is.
 *
 * @param name what the first line of every command calls it
 * @param dataDirectory where the journal and the embedded servers live; absolute
 */
public record EnvironmentSection(String name, Path dataDirectory) {
  static final Key NAME =
      Key.of("environment", "name", "a short name", "What every command calls this environment.")
          .variable("METAOPS_ENVIRONMENT")
          .standard("unnamed");
  static final Key DATA_DIRECTORY =
      Key.of(
              "environment",
              "data-dir",
              "a directory",
              "Where the journal, the freeze and the embedded servers live; by default"
                  + " metaops under $XDG_DATA_HOME, else ~/.local/share/metaops.")
          .variable("METAOPS_DATA_DIR");
  static final List<Key> KEYS = List.of(NAME, DATA_DIRECTORY);

  static EnvironmentSection from(Section section, Where where) {
    return new EnvironmentSection(
        section.text(NAME), section.path(DATA_DIRECTORY).orElseGet(() -> standardDirectory(where)));
  }

  private static Path standardDirectory(Where where) {
    String shared = where.environment().getOrDefault("XDG_DATA_HOME", "");
    Path base = shared.isBlank() ? where.home().resolve(".local/share") : Path.of(shared);
    return base.resolve("metaops").toAbsolutePath().normalize();
  }
}
