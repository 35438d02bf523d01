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
sealed interface Worlds {
  /** The file under the data directory in which a running demo says how to reach it. */
  Path DEMO_VARIABLES = Path.of("demo", "world.env");

  record Found(Configuration configuration) implements Worlds {}

  record NoDemo(String sentence) implements Worlds {}

  static Worlds of(Shared shared, Surroundings surroundings) {
    return switch (shared.world()) {
      case CONFIGURED -> new Found(Configuration.read(configured(shared, surroundings)));
      case DEMO -> demo(surroundings);
    };
  }

  private static Where configured(Shared shared, Surroundings surroundings) {
    return new Where(
        surroundings.environment(),
        shared.environmentFile().map(surroundings.workingDirectory()::resolve),
        shared
            .configFile()
            .<Where.ConfigFile>map(file -> new Where.ConfigFile.Named(Path.of(file)))
            .orElse(new Where.ConfigFile.Usual()),
        surroundings.workingDirectory(),
        surroundings.home());
  }

  /** Only the demo's own variables count: nothing of production may mix in. */
  private static Worlds demo(Surroundings surroundings) {
    Map<String, String> places = new HashMap<>(surroundings.environment());
    places.keySet().retainAll(Set.of("METAOPS_DATA_DIR", "XDG_DATA_HOME"));
    Where bare =
        new Where(
            places,
            Optional.empty(),
            new Where.ConfigFile.None(),
            surroundings.workingDirectory(),
            surroundings.home());
    Path variables =
        Configuration.read(bare).settings().environment().dataDirectory().resolve(DEMO_VARIABLES);
    if (!Files.isReadable(variables)) {
      return new NoDemo(
          "no demo is running: " + variables + " is not there; start one with: metaops demo");
    }
    return new Found(
        Configuration.read(
            new Where(
                places,
                Optional.of(variables),
                new Where.ConfigFile.None(),
                surroundings.workingDirectory(),
                surroundings.home())));
  }
}
