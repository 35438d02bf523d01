package dev.metaops.listen;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.Stream;
import dev.metaops.proof.HeaderSeal;
import dev.metaops.proof.Sealing;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.Heard;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.Purpose;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The last block that the ledger and the chain share, wherever the ledger is settled, and who shows
 * it: enough nodes, each linked by headers from that block to where it stands.
 */
public final class SharedBlock {
  private static final int WINDOW = 64;

  /** Blocks below the cursor that are looked at. */
  private static final int DEEPEST = 100_000;

  /** Headers that are linked from the shared block on; further up a node is believed. */
  private static final int MOST_LINKED = 2_000;

  private static final int LINKED_AT_ONCE = 200;

  private final Providers providers;
  private final Ledger ledger;
  private final int wanted;

  public SharedBlock(Providers providers, Ledger ledger, Assurance assurance) {
    this.providers = providers;
    this.ledger = ledger;
    this.wanted = Math.min(assurance.anchors(), providers.all().size());
  }

  /** A node that shows the block, and up to where headers link it. */
  public record Witness(Endpoint node, ChainHead head, BlockRef linkedTo) {}

  /** What was found. */
  public sealed interface Found {
    /**
     * Enough nodes show it.
     *
     * @param rlp its header as it was hashed, in hex; empty where the chain cannot be recomputed
     */
    record Proved(BlockRef block, Optional<String> rlp, List<Witness> witnesses) implements Found {
      public Proved {
        witnesses = List.copyOf(witnesses);
      }
    }

    /** There is none, or too few show it. */
    record NotOne(String why) implements Found {}
  }

  /**
   * The highest block of the ledger that enough nodes show, or the one asked for if they show it.
   *
   * @throws RpcUnavailable when no node answers
   */
  public Found below(Stream stream, Optional<Hash> asked, Deadline deadline) throws SQLException {
    long downFrom = stream.cursor().number();
    long deepest = Math.max(0, downFrom - DEEPEST);
    while (downFrom >= deepest) {
      List<BlockRef> ours = ledger.canonicalBlocks(stream.chainId(), downFrom, WINDOW);
      if (ours.isEmpty()) {
        break;
      }
      List<BlockRef> looked =
          ours.stream()
              .filter(block -> asked.isEmpty() || block.hash().equals(asked.get()))
              .toList();
      Optional<Found> found = looked.isEmpty() ? Optional.empty() : shown(looked, deadline);
      if (found.isPresent()) {
        return found.get();
      }
      if (!looked.isEmpty() && asked.isPresent()) {
        return new Found.NotOne("the nodes do not show block " + looked.getFirst());
      }
      downFrom = ours.getLast().number() - 1;
    }
    return new Found.NotOne(
        asked
            .map(hash -> "block " + hash.text() + " is not one the ledger stands on")
            .orElse(
                "no block of the ledger is shown by "
                    + wanted
                    + (wanted == 1 ? " node" : " nodes")
                    + "; is RPC_URL of this chain?"));
  }

  private Optional<Found> shown(List<BlockRef> ours, Deadline deadline) {
    List<Long> numbers = ours.stream().map(BlockRef::number).toList();
    List<Heard.Said<List<Optional<Header>>>> said = new ArrayList<>();
    Optional<RpcUnavailable> failure = Optional.empty();
    for (Heard<List<Optional<Header>>> heard :
        providers.askAll(
            Purpose.VERDICT, (provider, within) -> provider.headers(numbers, within), deadline)) {
      switch (heard) {
        case Heard.Said<List<Optional<Header>>> one -> said.add(one);
        case Heard.Silent<List<Optional<Header>>>(Provider by, RpcFailure why) ->
            failure = Optional.of(new RpcUnavailable(by.endpoint(), why));
      }
    }
    if (said.isEmpty()) {
      throw failure.orElseThrow();
    }
    for (int at = 0; at < ours.size(); at++) {
      int place = at;
      List<Heard.Said<List<Optional<Header>>>> showing =
          said.stream()
              .filter(one ->
                  one.value()
                      .get(place)
                      .map(Header::ref)
                      .filter(ours.get(place)::equals)
                      .isPresent())
              .toList();
      if (showing.size() >= wanted) {
        return Optional.of(proved(ours.get(at), showing, place, deadline));
      }
    }
    return Optional.empty();
  }

  private Found proved(
      BlockRef block,
      List<Heard.Said<List<Optional<Header>>>> showing,
      int place,
      Deadline deadline) {
    List<Witness> witnesses = new ArrayList<>();
    for (Heard.Said<List<Optional<Header>>> one : showing) {
      ChainHead head = one.by().head(deadline);
      Optional<BlockRef> linked = linked(block, head, one.by(), deadline);
      if (linked.isPresent()) {
        witnesses.add(new Witness(one.by().endpoint(), head, linked.get()));
      }
    }
    if (witnesses.size() < wanted) {
      return new Found.NotOne(
          "headers do not link block " + block + " to where the nodes stand; try again");
    }
    Header header = showing.getFirst().value().get(place).orElseThrow();
    return switch (HeaderSeal.of(header)) {
      case Sealing.Sealed sealed ->
          new Found.Proved(
              block,
              Optional.of("0x" + HexFormat.of().formatHex(sealed.header().rlp())),
              witnesses);
      case Sealing.Unsealed _ -> new Found.Proved(block, Optional.empty(), witnesses);
    };
  }

  private static Optional<BlockRef> linked(
      BlockRef block, ChainHead head, Provider provider, Deadline deadline) {
    BlockRef top = block;
    long goal =
        Math.min(
            block.number() + MOST_LINKED,
            head.finalized()
                .map(BlockRef::number)
                .filter(number -> number > block.number())
                .orElse(head.latest().number()));
    while (top.number() < goal) {
      long to = Math.min(goal, top.number() + LINKED_AT_ONCE);
      for (Optional<Header> answer :
          provider.headers(
              LongStream.rangeClosed(top.number() + 1, to).boxed().toList(), deadline)) {
        if (answer.isEmpty() || !answer.get().extendsBlock(top)) {
          return Optional.empty();
        }
        top = answer.get().ref();
      }
    }
    return Optional.of(top);
  }
}
