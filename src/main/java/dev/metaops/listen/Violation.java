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
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Judges a node that shows another block where a settled one stands: while another node still shows
 * ours, that node is the one that is wrong; else the chain broke its word, and people decide.
 */
final class Violation {
  /** Of their fork; what a page can show and a person can read. */
  private static final int MOST_KEPT = 200;

  private final Providers providers;
  private final Proving proving;
  private final Ledger ledger;
  private final Lease lease;

  Violation(Providers providers, Proving proving, Ledger ledger, Lease lease) {
    this.providers = providers;
    this.proving = proving;
    this.ledger = ledger;
    this.lease = lease;
  }

  Followed judge(Stream stream, ChainHead head, Deadline deadline) throws SQLException {
    long settled = stream.settledNumber();
    Optional<BlockRef> ours =
        ledger.canonicalBlocks(stream.chainId(), settled, 1).stream()
            .filter(block -> block.number() == settled)
            .findFirst();
    if (ours.isPresent() && isShownBySomebody(ours.get(), deadline)) {
      return new Followed.Held(
          "nodes disagree about settled block "
              + settled
              + "; those that show another than the ledger's are asked no more");
    }
    List<Header> theirs = theirs(settled, head, deadline);
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

  /** Whether any node still shows our settled block; the others are caught then. */
  private boolean isShownBySomebody(BlockRef ours, Deadline deadline) {
    if (providers.all().size() == 1) {
      return false;
    }
    List<Heard.Said<Optional<Header>>> others = new ArrayList<>();
    boolean isShown = false;
    for (Heard<Optional<Header>> heard :
        providers.askAll(
            Purpose.FOLLOW,
            (provider, within) -> provider.header(ours.number(), within),
            deadline)) {
      switch (heard) {
        case Heard.Said<Optional<Header>> said -> {
          if (said.value().map(Header::ref).filter(ours::equals).isPresent()) {
            isShown = true;
          } else if (said.value().isPresent()) {
            others.add(said);
          }
        }
        case Heard.Silent<Optional<Header>>(Provider _, RpcFailure _) -> {}
      }
    }
    if (isShown) {
      others.forEach(said -> proving.otherFork(said.by(), said.value().orElseThrow().ref(), ours));
    }
    return isShown;
  }

  /**
   * Their fork, each header recomputed where the chain's can be: nothing freezes on a forged one.
   */
  private List<Header> theirs(long settled, ChainHead head, Deadline deadline) {
    long from =
        Math.max(0, Math.max(settled - MOST_KEPT / 2, head.latest().number() - MOST_KEPT + 1));
    List<Long> numbers =
        LongStream.rangeClosed(Math.min(from, settled), head.latest().number())
            .limit(MOST_KEPT)
            .boxed()
            .toList();
    return providers
        .ask(
            Purpose.FOLLOW,
            (provider, within) -> {
              List<Header> fork =
                  provider.headers(numbers, within).stream().flatMap(Optional::stream).toList();
              fork.forEach(header -> proving.sealed(header, provider));
              return fork;
            },
            deadline)
        .value();
  }
}
