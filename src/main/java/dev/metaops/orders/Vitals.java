package dev.metaops.orders;

import java.time.Instant;
import java.util.List;

/**
 * How the orders database is, in numbers.
 *
 * @param version the server's, such as 16.4
 * @param now its clock
 * @param connections of clients, open now
 * @param mostConnections how many it allows to all but superusers
 */
public record Vitals(
    String version, Instant now, int connections, int mostConnections, Schema schema) {

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
