package dev.metaops.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The environment file, the environment and the configuration file, the first that speaks winning.
 * Keeps what was found for {@code config show}.
 */
final class Sources {
  /** A secret longer than this is no secret but the wrong file. */
  private static final long MOST_SECRET_BYTES = 64 * 1024;

  /** A value, where it stood, and what relative paths in it start from. */
  record Found(String text, Origin origin, Path directory) {}

  private final Where where;
  private final Problems problems;
  private final Map<String, String> fileVariables;
  private final Map<String, Found> file;

  /** By identity: keys are constants, and a record's own hash code is linked at run time, 8 ms. */
  private final IdentityHashMap<Key, Optional<Found>> found = new IdentityHashMap<>();

  private Sources(
      Where where, Problems problems, Map<String, String> fileVariables, Map<String, Found> file) {
    this.where = where;
    this.problems = problems;
    this.fileVariables = fileVariables;
    this.file = file;
  }

  static Sources open(Where where, Problems problems) {
    Map<String, String> fileVariables =
        where.environmentFile().map(path -> EnvironmentFile.read(path, problems)).orElse(Map.of());
    Map<String, Found> file =
        file(where, fileVariables, problems)
            .map(path -> TomlFile.read(path, problems))
            .orElse(Map.of());
    return new Sources(where, problems, fileVariables, file);
  }

  private static Optional<Path> file(
      Where where, Map<String, String> fileVariables, Problems problems) {
    if (where.file().isPresent()) {
      return present(where.workingDirectory().resolve(where.file().get()), "--config", problems);
    }
    if (where.usualFile() == Where.UsualFile.IGNORED) {
      return Optional.empty();
    }
    String named =
        fileVariables.getOrDefault(
            "METAOPS_CONFIG", where.environment().getOrDefault("METAOPS_CONFIG", ""));
    if (!named.isBlank()) {
      return present(where.workingDirectory().resolve(named), "METAOPS_CONFIG", problems);
    }
    return Optional.of(where.workingDirectory().resolve("metaops.toml")).filter(Files::exists);
  }

  private static Optional<Path> present(Path path, String namedBy, Problems problems) {
    if (Files.isReadable(path) && !Files.isDirectory(path)) {
      return Optional.of(path);
    }
    problems.add(
        new Problem(
            namedBy,
            path.toString(),
            "expected: a TOML file that can be read",
            new Origin.BuiltIn()));
    return Optional.empty();
  }

  Where where() {
    return where;
  }

  Problems problems() {
    return problems;
  }

  /** Where the file says it, or anything below it. */
  Origin origin(String path) {
    return file.entrySet().stream()
        .filter(said -> said.getKey().equals(path) || said.getKey().startsWith(path + "."))
        .map(said -> said.getValue().origin())
        .findFirst()
        .orElseGet(Origin.BuiltIn::new);
  }

  /** The tables of the file right below one, in its order: {@code api} for services.api.driver. */
  Set<String> tables(String parent) {
    Set<String> names = new LinkedHashSet<>();
    for (String path : file.keySet()) {
      int end = path.lastIndexOf('.');
      if (path.startsWith(parent + ".") && end > parent.length()) {
        names.add(path.substring(parent.length() + 1, end));
      }
    }
    return names;
  }

  /** The same answer each time; a problem with it is reported once. */
  Optional<Found> find(Key key) {
    return found.computeIfAbsent(key, this::look);
  }

  private Optional<Found> look(Key key) {
    return key.variable().flatMap(name -> variable(key, name)).or(() -> inFile(key));
  }

  private Optional<Found> variable(Key key, String name) {
    Optional<Found> plain = plainVariable(name);
    if (!key.isSecret()) {
      return plain;
    }
    Optional<Found> named = plainVariable(name + "_FILE");
    if (plain.isPresent() && named.isPresent()) {
      problems.add(
          new Problem(
              name, "", "set together with " + name + "_FILE; keep one", plain.get().origin()));
    }
    return plain.or(() -> named.flatMap(file -> contents(name + "_FILE", file)));
  }

  private Optional<Found> plainVariable(String name) {
    String text = fileVariables.getOrDefault(name, "");
    if (!text.isBlank()) {
      Origin origin = new Origin.Variable(name, where.environmentFile());
      return Optional.of(new Found(text, origin, where.workingDirectory()));
    }
    return Optional.of(where.environment().getOrDefault(name, ""))
        .filter(value -> !value.isBlank())
        .map(value ->
            new Found(
                value, new Origin.Variable(name, Optional.empty()), where.workingDirectory()));
  }

  private Optional<Found> inFile(Key key) {
    Optional<Found> plain = Optional.ofNullable(file.get(key.path()));
    if (!key.isSecret()) {
      return plain;
    }
    Optional<Found> named = Optional.ofNullable(file.get(key.path() + "-file"));
    if (plain.isPresent() && named.isPresent()) {
      problems.add(
          new Problem(
              key.path(),
              "",
              "set together with " + key.name() + "-file; keep one",
              plain.get().origin()));
    }
    return plain.or(() -> named.flatMap(path -> contents(key.path() + "-file", path)));
  }

  private Optional<Found> contents(String name, Found named) {
    Path path = named.directory().resolve(named.text());
    try {
      if (Files.size(path) <= MOST_SECRET_BYTES) {
        String text = Files.readString(path).strip();
        if (!text.isEmpty()) {
          return Optional.of(new Found(text, named.origin(), named.directory()));
        }
      }
    } catch (IOException _) {
      // Reported below: which of the reasons it was does not change what to do.
    }
    problems.add(
        new Problem(
            name, path.toString(), "expected: a file of text that can be read", named.origin()));
    return Optional.empty();
  }

  /** Every key of the file that is no known one is a problem that names the nearest. */
  void reportUnknownKeys(Collection<Key> known) {
    Set<String> paths = new LinkedHashSet<>();
    for (Key key : known) {
      paths.add(key.path());
      if (key.isSecret()) {
        paths.add(key.path() + "-file");
      }
    }
    file.forEach((path, value) -> {
      if (!paths.contains(path)) {
        String nearest =
            Nearest.to(path, paths)
                .map(name -> "did you mean " + name + "?")
                .orElse("docs/config.md lists all keys");
        problems.add(new Problem(path, "", "unknown key; " + nearest, value.origin()));
      }
    });
  }

  /** Every one that is set. */
  List<Secret> secrets(Collection<Key> known) {
    return known.stream()
        .filter(Key::isSecret)
        .flatMap(key -> find(key).stream())
        .map(value -> new Secret(value.text()))
        .toList();
  }

  /** Every known key as it stands, secrets hidden. */
  List<Value> values(Collection<Key> known) {
    return known.stream()
        .map(key ->
            find(key)
                .map(value -> new Value(key, shown(key, value.text()), value.origin()))
                .orElseGet(() -> new Value(key, key.standard(), new Origin.BuiltIn())))
        .toList();
  }

  private static String shown(Key key, String text) {
    return key.isSecret() ? new Secret(text).toString() : text;
  }
}
