package dev.metaops.serve;

import dev.metaops.freeze.FreezeStore;
import dev.metaops.freeze.LocalFreeze;
import dev.metaops.freeze.Standing;
import dev.metaops.journal.JournalUnavailable;
import dev.metaops.listen.Gate;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Brings this machine's freezes to the orders database, and keeps rows from being written while it
 * cannot: a freeze holds here from the moment its command returned.
 */
final class FreezeGate implements Gate {
  private static final Duration MOST_FOR_MERGING = Duration.ofSeconds(3);

  private final LocalFreeze local;
  private final Database orders;
  private final Ticker ticker;

  FreezeGate(LocalFreeze local, Database orders, Ticker ticker) {
    this.local = local;
    this.orders = orders;
    this.ticker = ticker;
  }

  @Override
  public Optional<String> shutBecause() {
    try {
      if (local.unmerged().isEmpty()) {
        return Optional.empty();
      }
      try (Connection connection = orders.connect(Deadline.in(MOST_FOR_MERGING, ticker))) {
        new FreezeStore(connection).merge(local);
      }
      return Optional.empty();
    } catch (SQLException unreachable) {
      return standing("the orders database does not know yet: " + DatabaseWords.of(unreachable));
    } catch (JournalUnavailable unreadable) {
      return standing(String.valueOf(unreadable.getMessage()));
    }
  }

  private Optional<String> standing(String besides) {
    return switch (local.standing()) {
      case Standing.Free _ -> Optional.empty();
      case Standing.Frozen(String actor, String reason, Instant _) ->
          Optional.of("frozen on this machine by " + actor + " (" + reason + "); " + besides);
      case Standing.Unreadable(String why) ->
          Optional.of("nobody can tell whether writing is frozen: " + why);
    };
  }
}
