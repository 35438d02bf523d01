package dev.metaops.meter;

import java.util.List;

/**
 * One name and what may be said under it.
 *
 * @param name as Prometheus wants it: the unit last, base units; without {@code _total}, which a
 *     counter is given
 * @param help one sentence for whoever meets the name in a dashboard
 * @param labels what tells one series of it from another; each with few values
 */
public record Family(String name, String help, Kind kind, List<String> labels) {
  /** Whether it only grows. */
  public enum Kind {
    /** What something is now. */
    GAUGE,
    /** How often something happened since the process began. */
    COUNTER
  }

  public Family {
    labels = List.copyOf(labels);
  }

  public static Family gauge(String name, String help, String... labels) {
    return new Family(name, help, Kind.GAUGE, List.of(labels));
  }

  public static Family counter(String name, String help, String... labels) {
    return new Family(name, help, Kind.COUNTER, List.of(labels));
  }
}
