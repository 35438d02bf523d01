package dev.metaops.stories;

import dev.metaops.ledger.Lease;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.EventLog;
import dev.metaops.listen.Followed;
import dev.metaops.listen.TrialListener;
import dev.metaops.listen.Watched;
import dev.metaops.listen.Waypoint;
import dev.metaops.rpc.Providers;
import dev.metaops.sim.SimChain;
import dev.metaops.testing.TrialLedger;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A listener that dies at any waypoint and is started again, knowing nothing of its nodes; the
 * process before it only sleeps, and may wake.
 */
final class KilledListener {
  /** The process dies here. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final Watched watched;
  private final List<SeededNode> nodes;
  private final TrialLedger ledger;
  private final Ticker ticker;
  private final EventLog events;
  private Optional<TrialListener> sleeper = Optional.empty();
  private Providers providers;
  private TrialListener listener;
  private long killAfter = Long.MAX_VALUE;
  private int starts;
  private int kills;

  KilledListener(Watched watched, List<SeededNode> nodes, TrialLedger ledger, Ticker ticker)
      throws SQLException {
    this.watched = watched;
    this.nodes = nodes;
    this.ledger = ledger;
    this.ticker = ticker;
    this.events = new EventLog(Path.of("target", "events", "seeds"), _ -> {}, ticker);
    this.providers = connected();
    this.listener = started();
  }

  private Providers connected() {
    return Providers.of(
        nodes.stream().map(SeededNode::provider).toList(),
        Optional.of(SimChain.CHAIN_ID),
        Providers.Pace.UNHEDGED,
        _ -> {},
        ticker);
  }

  private TrialListener started() throws SQLException {
    Lease lease =
        ledger
            .takeLease(
                SimChain.CHAIN_ID,
                "process " + ++starts,
                ledger.stream().flatMap(Stream::leaseHolder),
                Duration.ofSeconds(60))
            .orElseThrow();
    return new TrialListener(watched, providers, ledger, lease, events, this::passed, ticker);
  }

  private void passed(Waypoint waypoint) {
    if (--killAfter <= 0) {
      killAfter = Long.MAX_VALUE;
      kills++;
      throw new Killed();
    }
  }

  /** What the process that runs knows of its nodes. */
  Providers providers() {
    return providers;
  }

  int kills() {
    return kills;
  }

  /** It dies at the waypoint so many further on. */
  void dieAfter(long waypoints) {
    killAfter = waypoints;
  }

  /** It dies no more. */
  void livesOn() {
    killAfter = Long.MAX_VALUE;
  }

  /** Another process takes over, and the one before sleeps. */
  void startAgain() throws SQLException {
    sleeper = Optional.of(listener);
    providers = connected();
    listener = started();
  }

  /** One step; when it dies in it, the next process is started. */
  Followed step(Deadline deadline) throws SQLException {
    try {
      return listener.step(deadline);
    } catch (Killed killed) {
      startAgain();
      return new Followed.Held("killed");
    }
  }

  /** One step of the process before, which does not know that it is over; empty without one. */
  Optional<Followed> wakeSleeper(Deadline deadline) throws SQLException {
    if (sleeper.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(sleeper.get().step(deadline));
    } catch (Killed killed) {
      return Optional.of(new Followed.Held("killed"));
    }
  }
}
