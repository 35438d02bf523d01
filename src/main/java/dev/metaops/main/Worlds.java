package dev.metaops.main;

import dev.metaops.command.Command;
import dev.metaops.command.DemoCommand;
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
  static Optional<Configuration> find(Command command, Shared shared, Surroundings surroundings) {
    if (command instanceof DemoCommand) {
      // It makes a world of its own, where the others will look for it.
      return Optional.of(Configuration.read(bare(surroundings)));
    }
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

  /** Only what the demo wrote counts: nothing of production may mix in. */
  private static Optional<Configuration> demo(Surroundings surroundings) {
    return Optional.of(demoVariables(surroundings))
        .filter(Files::isReadable)
        .map(file ->
            Configuration.read(
                new Where(
                    places(surroundings),
                    Optional.of(file),
                    Optional.empty(),
                    Where.UsualFile.LOOKED_FOR,
                    file.resolveSibling("."),
                    surroundings.home())));
  }

  /** Where the demo of this person's data directory says how to reach it. */
  static Path demoVariables(Surroundings surroundings) {
    return Configuration.read(bare(surroundings))
        .settings()
        .environment()
        .dataDirectory()
        .resolve(DEMO_VARIABLES);
  }

  private static Where bare(Surroundings surroundings) {
    return new Where(
        places(surroundings),
        Optional.empty(),
        Optional.empty(),
        Where.UsualFile.IGNORED,
        surroundings.workingDirectory(),
        surroundings.home());
  }

  private static Map<String, String> places(Surroundings surroundings) {
    Map<String, String> places = new HashMap<>(surroundings.environment());
    places.keySet().retainAll(Set.of("METAOPS_DATA_DIR", "XDG_DATA_HOME"));
    return places;
  }
}
