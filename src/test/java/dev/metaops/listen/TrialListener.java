package dev.metaops.listen;

import dev.metaops.ledger.Lease;
import dev.metaops.ledger.Ledger;
import dev.metaops.rpc.Providers;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.SQLException;
import java.time.Duration;

/** What {@link Listener} makes once it has the lease, driven by hand on any ledger. */
public final class TrialListener {
  private final Follower follower;
  private final GapLoop gaps;

  public TrialListener(
      Watched watched,
      Providers providers,
      Ledger ledger,
      Lease lease,
      EventLog events,
      Waypoint.Observer observer,
      Ticker ticker)
      throws SQLException {
    Proving proving = Proving.of(lease.chainId(), providers, watched.assurance(), ledger, ticker);
    Beside beside = Beside.inTurn(() -> Deadline.in(Duration.ofMinutes(1), ticker));
    follower = new Follower(watched, providers, proving, ledger, lease, events, beside, observer);
    gaps =
        new GapLoop(
            watched,
            ledger,
            lease.chainId(),
            new Resync(watched, providers, proving, ledger, lease.chainId()),
            _ -> {},
            ticker);
  }

  /** One step, and at the head a look at the gaps. */
  public Followed step(Deadline deadline) throws SQLException {
    Followed followed = follower.step(deadline);
    if (followed instanceof Followed.AtHead) {
      gaps.prove(deadline);
    }
    return followed;
  }
}
