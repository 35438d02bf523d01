package dev.metaops.ledger;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Header;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What following a chain asks of a ledger. {@link LedgerStore} is the real one; tests follow
 * thousands of histories into one in memory that passes the same contract test. Not thread-safe.
 */
public interface Ledger {
  /** Empty when nothing follows a chain in this ledger yet. */
  Optional<Stream> stream() throws SQLException;

  /** Writes the batch, all of it or nothing. */
  Applied apply(Lease lease, Batch batch) throws SQLException;

  /** Renews the lease without a batch: what was seen of the head, and why nothing is written. */
  Reported report(Lease lease, Optional<ChainHead> head, Optional<String> trouble)
      throws SQLException;

  /**
   * Keeps for every reader why nothing more becomes final; a holder that lost its lease keeps
   * nothing.
   *
   * @param why empty when it goes on
   */
  void finalityWaits(Lease lease, Optional<String> why) throws SQLException;

  /** Whether the lease still stood when the holder reported. */
  enum Reported {
    HEARD,
    FENCED
  }

  /**
   * The chain shows another block where a settled one stands: keeps their fork beside ours, freezes
   * every row, raises the finding. Idempotent.
   *
   * @param theirs the fork as the chain shows it, ascending
   */
  Reported finalityViolated(Lease lease, String sentence, List<Header> theirs) throws SQLException;

  /** The blocks the ledger holds as canonical from this number down, newest first. */
  List<BlockRef> canonicalBlocks(long chainId, long downFrom, int limit) throws SQLException;

  /** The lowest settled block from this number up whose hash the ledger knows. */
  Optional<BlockRef> standsOn(long chainId, long from) throws SQLException;

  /** What of this chain could be recomputed so far, as the ledger tells it. */
  Provable provable(long chainId) throws SQLException;

  /** What of a chain can be recomputed. */
  enum Provable {
    NOTHING_YET,
    /** Headers; blocks without transactions say nothing of receipts. */
    HEADERS,
    /** Headers and receipts. */
    RECEIPTS
  }

  /** Contracts of one order each that are followed and whose order is not over. */
  Set<Address> followed(long chainId) throws SQLException;

  /** Contracts that open orders name and that are not followed, those of the oldest orders. */
  Set<Address> contractsToFollow(long chainId, Set<Address> without, int limit) throws SQLException;

  /** Where these blocks (both ends included) hold what counts, or could not be read. */
  Set<HeldLog> held(long chainId, long from, long to) throws SQLException;

  /**
   * Writes blocks that were read again: adds what was missing, takes back what the receipts of a
   * proved block do not hold. What is known of a block only grows. Idempotent.
   */
  Resynced resync(Reread reread) throws SQLException;

  /**
   * Settled blocks not known to be complete, oldest first.
   *
   * @param scope what is configured now
   */
  List<Gap> gaps(long chainId, String scope, Agreement agreement, int limit) throws SQLException;

  /** Whether the word of independent nodes that agree is taken for complete. */
  enum Agreement {
    IS_ENOUGH,
    IS_A_GAP
  }
}
