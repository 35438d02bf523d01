package dev.metaops.listen;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Header;
import dev.metaops.ledger.Lease;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.Stream;
import dev.metaops.rpc.Heard;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.Purpose;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Judges who shows another block where a settled one stands: while another node still shows ours,
 * they are wrong; else the chain broke its word, and people decide. Who was caught lying is not
 * believed in this alone: a sound fork is easily made.
 */
final class Violation {
  /** Of their fork; what a page can show and a person can read. */
  private static final int MOST_KEPT = 200;

  /** Fewer that were caught lying declare nothing, whatever is configured. */
  private static final int FEWEST_LIARS = 2;

  private static final int MOST_REMEMBERED = 100;

  private final Providers providers;
  private final Proving proving;
  private final Ledger ledger;
  private final Lease lease;
  private final int liars;
  private final Set<Fork> told = new HashSet<>();

  /** A node's other block. */
  private record Fork(String node, BlockRef block) {}

  /** Who shows another block, and it. */
  private record Witness(Provider node, BlockRef block) {}

  /**
   * For one holder of a lease.
   *
   * @param anchors how many nodes in quarantine have to show the same other block, at least two
   */
  Violation(Providers providers, Proving proving, Ledger ledger, Lease lease, int anchors) {
    this.providers = providers;
    this.proving = proving;
    this.ledger = ledger;
    this.lease = lease;
    this.liars = Math.max(FEWEST_LIARS, anchors);
  }

  Followed judge(Stream stream, ChainHead head, Deadline deadline) throws SQLException {
    long settled = stream.settledNumber();
    Optional<BlockRef> ours =
        ledger.canonicalBlocks(stream.chainId(), settled, 1).stream()
            .filter(block -> block.number() == settled)
            .findFirst();
    List<Witness> all = shown(settled, deadline);
    List<Witness> others =
        all.stream().filter(one -> !ours.equals(Optional.of(one.block()))).toList();
    List<Witness> free = free(others);
    boolean isShown = free(all).size() > free.size();
    if (ours.isPresent() && (isShown || (free.isEmpty() && all.size() > others.size()))) {
      others.forEach(one -> tellOnce(one, ours.get()));
      return new Followed.Held(
          "nodes disagree about settled block "
              + settled
              + "; those that show another than the ledger's are asked no more");
    }
    if (others.isEmpty()) {
      return Follower.moved();
    }
    Optional<Witness> speaker = free.stream().findFirst().or(() -> enough(others));
    return speaker.isPresent()
        ? declared(settled, ours, theirs(speaker.get().node(), settled, head, deadline))
        : doubted(settled, ours, others);
  }

  /** What each node shows there, a header that cannot be recomputed left out. */
  private List<Witness> shown(long settled, Deadline deadline) {
    List<Witness> shown = new ArrayList<>();
    for (Heard<Optional<Header>> heard :
        providers.askEvery(
            Purpose.FOLLOW,
            (provider, within) -> {
              Optional<Header> header = provider.header(settled, within);
              header.ifPresent(one -> proving.sealed(one, provider));
              return header;
            },
            deadline)) {
      switch (heard) {
        case Heard.Said<Optional<Header>>(Provider by, Optional<Header> header) ->
            header.ifPresent(one -> shown.add(new Witness(by, one.ref())));
        case Heard.Silent<Optional<Header>>(Provider _, RpcFailure _) -> {}
      }
    }
    return shown;
  }

  private List<Witness> free(List<Witness> witnesses) {
    return witnesses.stream().filter(one -> !providers.isInQuarantine(one.node())).toList();
  }

  /** One of as many liars as it takes, that all show the same block. */
  private Optional<Witness> enough(List<Witness> others) {
    return others.stream()
        .filter(one ->
            others.stream().filter(other -> other.block().equals(one.block())).count() >= liars)
        .findFirst();
  }

  private Followed declared(long settled, Optional<BlockRef> ours, List<Header> theirs)
      throws SQLException {
    if (ours.isPresent() && theirs.stream().map(Header::ref).anyMatch(ours.get()::equals)) {
      return Follower.moved();
    }
    String sentence =
        "the chain no longer has block "
            + settled
            + " as it was when it was final; rows rest on it. Nothing is moved until metaops"
            + " listener rewind goes back to the last block both forks share";
    return switch (ledger.finalityViolated(lease, sentence, theirs)) {
      case HEARD -> new Followed.PastSettled(sentence);
      case FENCED -> new Followed.LeaseLost("another holder took the stream's lease");
    };
  }

  /** Those who say so were caught lying, and are too few. */
  private Followed doubted(long settled, Optional<BlockRef> ours, List<Witness> others) {
    ours.ifPresent(block -> others.forEach(one -> tellOnce(one, block)));
    return new Followed.Held(
        others.stream()
                .map(one -> one.node().endpoint().toString())
                .collect(Collectors.joining(" and "))
            + " shows another chain at settled block "
            + settled
            + ", but is in quarantine for lying; nothing is moved and nothing is frozen until a"
            + " node that is not, or "
            + liars
            + " that are, say so");
  }

  /** It is caught once for the same block, however often it is asked. */
  private void tellOnce(Witness other, BlockRef ours) {
    if (told.size() >= MOST_REMEMBERED) {
      told.clear();
    }
    if (told.add(new Fork(other.node().endpoint().toString(), other.block()))) {
      proving.otherFork(other.node(), other.block(), ours);
    }
  }

  /**
   * Their fork, each header recomputed where the chain's can be: nothing freezes on a forged one.
   */
  private List<Header> theirs(Provider witness, long settled, ChainHead head, Deadline deadline) {
    long from =
        Math.max(0, Math.max(settled - MOST_KEPT / 2, head.latest().number() - MOST_KEPT + 1));
    List<Long> numbers =
        LongStream.rangeClosed(Math.min(from, settled), head.latest().number())
            .limit(MOST_KEPT)
            .boxed()
            .toList();
    List<Header> fork =
        witness.as(Purpose.FOLLOW).headers(numbers, deadline).stream()
            .flatMap(Optional::stream)
            .toList();
    fork.forEach(header -> proving.sealed(header, witness));
    return fork;
  }
}
