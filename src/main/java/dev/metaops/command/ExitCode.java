package dev.metaops.command;

/** How a command ended, for the shell. */
public enum ExitCode {
  /** Done and verified, nothing wrong, or a dry run that was asked for. */
  FINE(0, 0),
  /** A warning, a difference, or planned and not applied. */
  WARNING(1, 1),
  /** A critical finding. */
  CRITICAL(2, 6),
  /** The job could not be done: unreachable, unreadable, misconfigured, not found, unknown. */
  COULD_NOT(3, 2),
  /** Refused by a guard. */
  REFUSED(4, 3),
  /** The world changed since the plan. */
  WORLD_CHANGED(5, 4),
  /** The words were not understood; nothing was tried. */
  USAGE(64, 5);

  private final int status;
  private final int weight;

  ExitCode(int status, int weight) {
    this.status = status;
    this.weight = weight;
  }

  public int status() {
    return status;
  }

  /** The worse of the two: critical first, then could not, then warning. */
  public ExitCode worst(ExitCode other) {
    return weight >= other.weight ? this : other;
  }
}
