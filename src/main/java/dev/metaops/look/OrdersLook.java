package dev.metaops.look;

import dev.metaops.health.Check;
import dev.metaops.health.Condition;
import dev.metaops.health.Vital;
import dev.metaops.ledger.Stream;
import dev.metaops.reach.Books;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The orders, looked at once through whichever door is configured. */
public interface OrdersLook extends Check.Question {
  /**
   * What it said.
   *
   * @param clock the database's own, where it has one to ask
   * @param ahead how far this machine's clock is before that one; negative when it is behind
   * @param stream where following the chain stands, when something follows
   */
  record Seen(
      Duration roundTrip,
      Optional<Instant> clock,
      Optional<Duration> ahead,
      Optional<Stream> stream) {}

  /** What else is read over the same door. */
  interface More {
    void read(Books books, Optional<Stream> stream) throws SQLException;
  }

  /** One question and its answer, against what is slow. */
  static Vital roundTrip(Duration took, Duration slow) {
    return new Vital(
            "round trip",
            took.toMillis() + " ms",
            "up to " + slow.toMillis() + " ms",
            took.compareTo(slow) > 0 ? Condition.DEGRADED : Condition.UP)
        .gauged(took.toMillis(), slow.toMillis());
  }

  /** Empty until everything was read. */
  Optional<Seen> seen();
}
