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
 * @param file the configuration file named on the command line, which has to be there
 * @param usualFile what to do when none is named
 * @param workingDirectory what relative paths of the command line and the variables start from
 * @param home the person's home directory, for the default data directory
 */
public record Where(
    Map<String, String> environment,
    Optional<Path> environmentFile,
    Optional<Path> file,
    UsualFile usualFile,
    Path workingDirectory,
    Path home) {

  /** What to do when no configuration file is named. */
  public enum UsualFile {
    /**
     * {@code METAOPS_CONFIG}, else {@code metaops.toml} in the working directory if it is there.
     */
    LOOKED_FOR,
    /** None is read, whatever lies around: the variables are all there is. */
    IGNORED
  }

  public Where {
    environment = Map.copyOf(environment);
  }

  /** Without the variables: some are secrets. */
  @Override
  public String toString() {
    return "Where[" + workingDirectory + "]";
  }
}
