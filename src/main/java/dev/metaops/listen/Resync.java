package dev.metaops.listen;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Header;
import dev.metaops.ledger.HeldLog;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.Reread;
import dev.metaops.ledger.Resynced;
import dev.metaops.ledger.Scope;
import dev.metaops.rpc.Heard;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.Purpose;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads settled blocks again and proves them: from below they are tied to nothing, from above to a
 * block the ledger stands on, by checked parent links. Where the ledger holds something, receipts
 * decide, never a bloom: what they do not hold is taken back. Not thread-safe.
 */
public final class Resync {
  /** Blocks read and written at once. */
  public static final int AT_ONCE = 200;

  /** A node that hangs holds up nothing for longer. */
  private static final Duration MOST_FOR_ALL = Duration.ofSeconds(2);

  /** Blocks whose headers are read besides, to reach one the ledger stands on. */
  private static final long MOST_TO_LINK = 10_000;

  private final Watched watched;
  private final Ledger ledger;
  private final long chainId;
  private final HeaderReader headers;
  private final BlockReader blockReader;
  private final Providers providers;

  /** Reads for proofs: with the least of the budget. */
  public Resync(
      Watched watched, Providers providers, Proving proving, Ledger ledger, long chainId) {
    this.watched = watched;
    this.ledger = ledger;
    this.chainId = chainId;
    this.headers = new HeaderReader(providers, proving, Purpose.PROOF);
    this.blockReader =
        new BlockReader(
            watched.escrows(), providers, proving, Purpose.PROOF, Assurance.Proofs.AT_ONCE);
    this.providers = providers;
  }

  /**
   * Reads these blocks (both ends included, at most {@value #AT_ONCE}) and writes what they hold.
   * Refused when the chain shows others than the ledger stands on.
   */
  public Resynced blocks(long from, long to, Deadline deadline) throws SQLException {
    if (from < 0 || to < from || to - from >= AT_ONCE) {
      throw new IllegalArgumentException(
          "blocks: " + from + "-" + to + " (expected: ascending, at most " + AT_ONCE + ")");
    }
    Optional<BlockRef> above = ledger.standsOn(chainId, to);
    if (above.isEmpty()) {
      return new Resynced.Refused(
          "the ledger stands on no settled block at or above "
              + to
              + " (what is not settled yet is read again by the listener itself)");
    }
    Optional<List<Header>> read = linked(from, to, above.get(), deadline);
    if (read.isEmpty()) {
      return new Resynced.Refused(
          "blocks "
              + from
              + " to "
              + to
              + " as the node shows them do not lead to block "
              + above.get()
              + ", on which the ledger stands (another node may show them)");
    }
    Set<Address> contracts = new HashSet<>(watched.escrows().contracts());
    Set<HeldLog> held = ledger.held(chainId, from, to);
    if (watched.escrows().profile().isContractPerOrder()) {
      contracts.addAll(ledger.followed(chainId));
      held.forEach(one -> contracts.add(one.contract()));
    }
    Set<Long> whole = held.stream().map(HeldLog::block).collect(Collectors.toSet());
    Optional<BlockReader.BlockLogs> found =
        blockReader.of(read.get(), to, contracts, whole, deadline);
    return found.isEmpty()
        ? new Resynced.Refused("the chain moved while it was read; try again")
        : ledger.resync(reread(found.get(), contracts, anchor(above.get(), deadline)));
  }

  /** The headers of these blocks, when they lead to the one above. */
  private Optional<List<Header>> linked(long from, long to, BlockRef above, Deadline deadline) {
    if (above.number() - to > MOST_TO_LINK) {
      return Optional.empty();
    }
    List<Header> wanted = headers.consecutive(from, to, deadline);
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    BlockRef top = wanted.getLast().ref();
    while (top.number() < above.number()) {
      long next = Math.min(above.number(), top.number() + AT_ONCE);
      if (!(headers.above(top, next, deadline)
          instanceof HeaderReader.Above.Linked(List<Header> more))) {
        return Optional.empty();
      }
      top = more.getLast().ref();
    }
    return top.equals(above) ? Optional.of(wanted) : Optional.empty();
  }

  /** How many nodes hold this block for final; the ledger itself does already. */
  private int anchor(BlockRef above, Deadline deadline) {
    if (providers.all().size() == 1) {
      return 1;
    }
    long holding =
        providers
            .askAll(
                Purpose.PROOF,
                (provider, within) -> isFinal(above, provider, within),
                deadline.atMost(MOST_FOR_ALL))
            .stream()
            .filter(heard -> heard instanceof Heard.Said<Boolean>(var _, Boolean is) && is)
            .count();
    return Math.toIntExact(Math.max(1, holding));
  }

  private boolean isFinal(BlockRef block, Provider provider, Deadline deadline) {
    return watched
            .settleOn()
            .settledNumber(provider.head(deadline))
            .filter(number -> number >= block.number())
            .isPresent()
        && provider
            .header(block.number(), deadline)
            .map(Header::ref)
            .filter(block::equals)
            .isPresent();
  }

  private Reread reread(BlockReader.BlockLogs read, Set<Address> contracts, int anchor) {
    Meanings meanings = Meanings.of(read.logs(), watched.escrows());
    return new Reread(
        chainId,
        read.blocks(),
        meanings.events(),
        meanings.quarantined(),
        read.proofs(),
        new Reread.Contracts(contracts, watched.escrows().contracts()),
        meanings.unread(watched.escrows()),
        anchor,
        Scope.of(watched.escrows()));
  }
}
