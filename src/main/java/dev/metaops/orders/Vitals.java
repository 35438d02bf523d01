package dev.metaops.orders;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the orders database is, in numbers.
 *
 * @param version the server's, such as 16.4
 * @param now its clock
 * @param connections of clients, open now
 * @param mostConnections how many it allows to all but superusers
 */
public record Vitals(
    String version,
    Instant now,
    int connections,
    int mostConnections,
    Traffic traffic,
    Schema schema) {

  /** Whether it takes what orders write. */
  public enum Writes {
    TAKEN,
    /** It is a standby. */
    STANDBY,
    /** As Supabase makes it when its disk is full. */
    READ_ONLY
  }

  /**
   * What goes on in it.
   *
   * @param waiting sessions that have waited for a lock for longer than {@link #LONG}
   * @param replicaLag of the furthest replica behind; empty without one, or when this login may not
   *     see it
   */
  public record Traffic(Writes writes, int waiting, Optional<Duration> replicaLag) {
    public static final Duration LONG = Duration.ofSeconds(10);
  }

  /** Our schema beside the orders table. */
  public sealed interface Schema {
    record Absent() implements Schema {}

    /** It is there; this login may not see what was applied. */
    record Unlisted() implements Schema {}

    /** These scripts were applied, by name. */
    record Applied(List<String> scripts) implements Schema {
      public Applied {
        scripts = List.copyOf(scripts);
      }
    }
  }
}
