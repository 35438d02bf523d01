package dev.metaops.listen;

import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Header;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.rpc.Provider;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Where following begins in a database that follows nothing yet. */
final class StartBlock {
  /** The orders database's clock and the chain's may disagree by this much. */
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);

  private StartBlock() {}

  /**
   * The block below the first to be read: the one before the contracts' own when that is
   * configured; else the last from before the oldest open order; else the last that is settled.
   * Empty while the chain has not come so far.
   */
  static Optional<Header> of(
      Watched watched, LedgerStore ledger, Provider provider, Deadline deadline)
      throws SQLException {
    if (watched.fromBlock() > 0) {
      return provider.header(watched.fromBlock() - 1, deadline);
    }
    ChainHead head = provider.head(deadline);
    Optional<Instant> oldest = ledger.oldestOpenOrder();
    if (oldest.isPresent()) {
      return lastBefore(oldest.get().minus(CLOCKS_DIFFER), head, provider, deadline);
    }
    return provider.header(
        watched.settleOn().settledNumber(head).orElse(head.latest().number()), deadline);
  }

  /** The last block whose time is not after {@code moment}; the first of all when none is. */
  static Optional<Header> lastBefore(
      Instant moment, ChainHead head, Provider provider, Deadline deadline) {
    long low = 0;
    long high = head.latest().number();
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      Optional<Header> header = provider.header(middle, deadline);
      if (header.isPresent() && !header.get().time().isAfter(moment)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return provider.header(low, deadline);
  }
}
