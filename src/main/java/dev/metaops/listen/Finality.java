package dev.metaops.listen;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Header;
import dev.metaops.chain.SettleOn;
import dev.metaops.ledger.Settled;
import dev.metaops.rpc.Heard;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.Purpose;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How far the ledger's own chain is final: the highest of its blocks that enough nodes' final
 * blocks are, or stand on. A node whose final block is of another fork vouches for nothing.
 */
final class Finality {
  /** A node that hangs holds up finality by no more than this. */
  private static final Duration MOST_FOR_ALL = Duration.ofSeconds(2);

  private final SettleOn settleOn;
  private final Providers providers;
  private final int wanted;

  /**
   * With several nodes, two have to vouch.
   *
   * @param anchors how many nodes have to vouch; never more than there are
   */
  Finality(SettleOn settleOn, Providers providers, int anchors) {
    this.settleOn = settleOn;
    this.providers = providers;
    this.wanted = Math.min(anchors, providers.all().size());
  }

  /** How many nodes have to vouch. */
  int wanted() {
    return wanted;
  }

  /** Whether all nodes have to be asked, and these blocks are written before. */
  boolean isAskedLater(List<Header> blocks) {
    return wanted > 1 && blocks.size() == 1;
  }

  /** What a look at finality came to. */
  sealed interface Looked {
    /** This block is final, higher than the last one. */
    record Further(Settled settled) implements Looked {}

    /** Nothing more than before. */
    record NoFurther() implements Looked {}

    /** A node's final block is not on the chain it shows, or not on ours. */
    record Contradicted(String why) implements Looked {}
  }

  /** The ledger's chain as it is with the blocks being written. */
  interface Ours {
    /** The canonical block of this number; empty where none is known. */
    Optional<BlockRef> at(long number) throws SQLException;
  }

  /**
   * From one head alone, where one node is enough: it showed the whole chain up to here.
   *
   * @param tip the highest block of our chain
   * @param before the highest block that was final before
   */
  Looked byOne(ChainHead head, long tip, long before, Ours ours) throws SQLException {
    Optional<Long> number = settleOn.settledNumber(head);
    if (number.isEmpty()) {
      return new Looked.NoFurther();
    }
    Optional<BlockRef> tag = tag(head).filter(block -> block.number() <= tip);
    Optional<BlockRef> vouched = tag.isPresent() ? tag : ours.at(Math.min(number.get(), tip));
    return vouched.isEmpty()
        ? new Looked.NoFurther()
        : furthest(List.of(vouched.get()), before, ours);
  }

  /** Asks every node. */
  Looked byAll(long tip, long before, Ours ours, Deadline deadline) throws SQLException {
    List<BlockRef> vouched = new ArrayList<>();
    for (Heard<Optional<BlockRef>> heard :
        providers.askAll(
            Purpose.FOLLOW,
            (provider, within) -> vouched(provider, tip, within),
            deadline.atMost(MOST_FOR_ALL))) {
      switch (heard) {
        case Heard.Said<Optional<BlockRef>>(Provider _, Optional<BlockRef> block) ->
            block.ifPresent(vouched::add);
        case Heard.Silent<Optional<BlockRef>>(Provider _, RpcFailure _) -> {}
      }
    }
    return furthest(vouched, before, ours);
  }

  /** The highest block up to our tip that this node holds for final. */
  private Optional<BlockRef> vouched(Provider provider, long tip, Deadline deadline) {
    ChainHead head = provider.head(deadline);
    Optional<Long> number = settleOn.settledNumber(head);
    if (number.isEmpty()) {
      return Optional.empty();
    }
    Optional<BlockRef> tag = tag(head).filter(block -> block.number() <= tip);
    return tag.isPresent()
        ? tag
        : provider.header(Math.min(number.get(), tip), deadline).map(Header::ref);
  }

  private Looked furthest(List<BlockRef> vouched, long before, Ours ours) throws SQLException {
    List<Long> numbers = new ArrayList<>();
    Optional<BlockRef> stranger = Optional.empty();
    for (BlockRef block : vouched) {
      Optional<BlockRef> our = ours.at(block.number());
      if (our.isPresent() && !our.get().equals(block)) {
        stranger = Optional.of(block);
      } else {
        numbers.add(block.number());
      }
    }
    if (numbers.size() < wanted) {
      return stranger
          .<Looked>map(block ->
              new Looked.Contradicted(
                  "the node's "
                      + settleOn.text()
                      + " block is not on the fork it shows (block "
                      + block
                      + ")"))
          .orElseGet(Looked.NoFurther::new);
    }
    numbers.sort(Comparator.reverseOrder());
    long settled = numbers.get(wanted - 1);
    Optional<BlockRef> ourSettled = settled <= before ? Optional.empty() : ours.at(settled);
    int anchor = Math.toIntExact(numbers.stream().filter(number -> number >= settled).count());
    return ourSettled
        .<Looked>map(block -> new Looked.Further(new Settled(block, anchor)))
        .orElseGet(Looked.NoFurther::new);
  }

  private Optional<BlockRef> tag(ChainHead head) {
    return switch (settleOn) {
      case SettleOn.Finalized() -> head.finalized();
      case SettleOn.Safe() -> head.safe();
      case SettleOn.Confirmations _ -> Optional.empty();
    };
  }
}
