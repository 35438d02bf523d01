package dev.metaops.listen;

import dev.metaops.ledger.Gap;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.Refuted;
import dev.metaops.ledger.Resynced;
import dev.metaops.ledger.Scope;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Proves settled blocks that are gaps, a few at a time in the follower's idle moments; one that
 * nobody can prove now is looked at again later. Not thread-safe.
 */
final class GapLoop {
  /** Between two looks at the gaps while there are none, or none that can be closed. */
  private static final Duration LOOKS_AGAIN = Duration.ofSeconds(10);

  /** Blocks in one idle moment. */
  private static final long AT_ONCE = 50;

  private static final int MOST_NAMED = 20;

  private final Watched watched;
  private final Ledger ledger;
  private final long chainId;
  private final Resync resync;
  private final Consumer<String> said;
  private final Ticker ticker;
  private Deadline next;

  GapLoop(
      Watched watched,
      Ledger ledger,
      long chainId,
      Resync resync,
      Consumer<String> said,
      Ticker ticker) {
    this.watched = watched;
    this.ledger = ledger;
    this.chainId = chainId;
    this.resync = resync;
    this.said = said;
    this.ticker = ticker;
    this.next = Deadline.in(Duration.ZERO, ticker);
  }

  /** Whether there is more to prove at once. */
  enum Left {
    NOTHING,
    SOME
  }

  /** Proves at most a few blocks of the oldest gap. Never throws for what nodes do. */
  Left prove(Deadline deadline) throws SQLException {
    if (!next.hasPassed()) {
      return Left.NOTHING;
    }
    next = Deadline.in(LOOKS_AGAIN, ticker);
    Ledger.Agreement agreement =
        watched.assurance().unproved() == Unproved.STOP
            ? Ledger.Agreement.IS_A_GAP
            : Ledger.Agreement.IS_ENOUGH;
    List<Gap> gaps = ledger.gaps(chainId, Scope.of(watched.escrows()), agreement, 1);
    if (gaps.isEmpty()) {
      return Left.NOTHING;
    }
    Gap gap = gaps.getFirst();
    long to = Math.min(gap.to(), gap.from() + AT_ONCE - 1);
    try {
      return switch (resync.blocks(gap.from(), to, deadline)) {
        case Resynced.Written written -> {
          if (written.added() > 0) {
            said.accept(
                "found "
                    + written.added()
                    + " events that were missing in blocks "
                    + gap.from()
                    + " to "
                    + to);
          }
          if (!written.refuted().isEmpty()) {
            said.accept(
                "took back "
                    + written.refuted().size()
                    + " events that the proved receipts do not hold: "
                    + written.refuted().stream()
                        .limit(MOST_NAMED)
                        .map(Refuted::sentence)
                        .collect(Collectors.joining(", ")));
          }
          yield isClosed(gap, agreement) ? again() : Left.NOTHING;
        }
        case Resynced.Refused _ -> Left.NOTHING;
      };
    } catch (RpcUnavailable later) {
      return Left.NOTHING;
    }
  }

  private boolean isClosed(Gap before, Ledger.Agreement agreement) throws SQLException {
    List<Gap> now = ledger.gaps(chainId, Scope.of(watched.escrows()), agreement, 1);
    return now.isEmpty() || now.getFirst().from() > before.from();
  }

  private Left again() {
    next = Deadline.in(Duration.ZERO, ticker);
    return Left.SOME;
  }
}
