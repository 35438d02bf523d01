package dev.metaops.command;

import java.time.Duration;
import java.util.Optional;

/**
 * The options every verb takes.
 *
 * @param configFile {@code --config}, as typed
 * @param environmentFile {@code --env-file}, as typed
 * @param timeout how long a dependency may be silent before the command ends; empty when the person
 *     did not say
 */
public record Shared(
    Output output,
    Optional<String> configFile,
    Optional<String> environmentFile,
    Optional<Duration> timeout,
    Colours colours,
    Talk talk,
    World world,
    Purpose purpose) {

  /** Without an answer a command ends after this long. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  public static final Shared STANDARD =
      new Shared(
          Output.TABLE,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Colours.WHERE_SEEN,
          Talk.NORMAL,
          World.CONFIGURED,
          Purpose.REAL);

  /** The form of standard output. */
  public enum Output {
    TABLE,
    JSON,
    /** For Safe's transaction builder; only of verbs that print transactions. */
    SAFE
  }

  /** Whether colours may be used. */
  public enum Colours {
    /** On a terminal, unless {@code NO_COLOR} is set. */
    WHERE_SEEN,
    NEVER
  }

  /** How much is said on standard error. */
  public enum Talk {
    NORMAL,
    QUIET
  }

  /** Which environment. */
  public enum World {
    CONFIGURED,
    /** The one a running demo made. */
    DEMO
  }

  /** Whether anything may change. */
  public enum Purpose {
    REAL,
    /** Stop after the plan. */
    DRY_RUN
  }

  public Duration patience() {
    return timeout.orElse(PATIENCE);
  }
}
