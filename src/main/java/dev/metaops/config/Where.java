package dev.metaops.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where configuration is looked for. {@code main} fills it; nothing else reads the process's
 * environment.
 *
 * @param environment the process's variables
 * @param environmentFile more variables, which win over the process's; named on the command line
 * @param file which configuration file
 * @param workingDirectory what relative paths of the command line and the variables start from
 * @param home the person's home directory, for the default data directory
 */
public record Where(
    Map<String, String> environment,
    Optional<Path> environmentFile,
    ConfigFile file,
    Path workingDirectory,
    Path home) {

  /** Which configuration file. */
  public sealed interface ConfigFile {
    /**
     * {@code METAOPS_CONFIG}, else {@code metaops.toml} in the working directory if it is there.
     */
    record Usual() implements ConfigFile {}

    /** Named on the command line: it has to be there. */
    record Named(Path path) implements ConfigFile {}

    /** None, whatever lies around: the demo's world is described by its variables alone. */
    record None() implements ConfigFile {}
  }

  public Where {
    environment = Map.copyOf(environment);
  }
}
