package dev.metaops.services;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done with which services.
 *
 * @param chosen names of configured services
 * @param readyWithin in place of each one's own
 */
public record Asked(Verb verb, List<String> chosen, Zeal zeal, Optional<Duration> readyWithin) {
  public Asked {
    chosen = List.copyOf(chosen);
  }

  /** What. */
  public enum Verb {
    STOP,
    START,
    RESTART;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** What may stand in the way. */
  public enum Zeal {
    /** Not started while a stranger holds its port, or what it depends on is not ready. */
    CAREFUL,
    /** Started all the same. Nobody else is stopped for it. */
    FORCED
  }
}
