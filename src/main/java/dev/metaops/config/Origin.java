package dev.metaops.config;

import java.nio.file.Path;
import java.util.Optional;

/** Where a value came from. */
public sealed interface Origin {
  /** Nobody said anything. */
  record BuiltIn() implements Origin {}

  /** A line of the configuration file, 1-based, when it can be told. */
  record InFile(Path file, Optional<Integer> line) implements Origin {}

  /** A variable of the process's environment or of an environment file. */
  record Variable(String name, Optional<Path> environmentFile) implements Origin {}

  /** For screens: {@code default}, {@code metaops.toml:12}, {@code $RPC_URL}. */
  default String text() {
    return switch (this) {
      case BuiltIn() -> "default";
      case InFile(Path file, Optional<Integer> line) ->
          file + line.map(number -> ":" + number).orElse("");
      case Variable(String name, Optional<Path> file) ->
          "$" + name + file.map(path -> " in " + path).orElse("");
    };
  }
}
