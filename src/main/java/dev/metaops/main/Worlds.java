package dev.metaops.main;

import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which environment's configuration a command speaks to. */
final class Worlds {
  /** The file under the data directory in which a running demo says how to reach it. */
  private static final Path DEMO_VARIABLES = Path.of("demo", "world.env");

  private Worlds() {}

  /** Empty when the demo is asked for and none is running. */
  static Optional<Configuration> find(Shared shared, Surroundings surroundings) {
    return switch (shared.world()) {
      case CONFIGURED -> Optional.of(Configuration.read(configured(shared, surroundings)));
      case DEMO -> demo(surroundings);
    };
  }

  private static Where configured(Shared shared, Surroundings surroundings) {
    return new Where(
        surroundings.environment(),
        shared.environmentFile().map(surroundings.workingDirectory()::resolve),
        shared.configFile().map(Path::of),
        Where.UsualFile.LOOKED_FOR,
        surroundings.workingDirectory(),
        surroundings.home());
  }

  /** Only the demo's own variables count: nothing of production may mix in. */
  private static Optional<Configuration> demo(Surroundings surroundings) {
    return Optional.of(demoVariables(surroundings))
        .filter(Files::isReadable)
        .map(file -> Configuration.read(onlyVariables(surroundings, Optional.of(file))));
  }

  /** Where the demo of this person's data directory says how to reach it. */
  static Path demoVariables(Surroundings surroundings) {
    return Configuration.read(onlyVariables(surroundings, Optional.empty()))
        .settings()
        .environment()
        .dataDirectory()
        .resolve(DEMO_VARIABLES);
  }

  private static Where onlyVariables(Surroundings surroundings, Optional<Path> file) {
    Map<String, String> places = new HashMap<>(surroundings.environment());
    places.keySet().retainAll(Set.of("METAOPS_DATA_DIR", "XDG_DATA_HOME"));
    return new Where(
        places,
        file,
        Optional.empty(),
        Where.UsualFile.IGNORED,
        surroundings.workingDirectory(),
        surroundings.home());
  }
}
