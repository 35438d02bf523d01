package dev.metaops.listen;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import dev.metaops.chain.SettleOn;
import dev.metaops.listen.Sighting.Finality;
import dev.metaops.listen.Sighting.Spotted;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Looks at a chain's end without a ledger: remembers the last blocks by hash and what happened in
 * them, so that every event is told once on each fork, and taken back when its fork is gone. A step
 * that fails changes nothing, and the next one begins where it began. Not thread-safe.
 */
final class Tail {
  /** Blocks compared at once when looking for the last shared one. */
  private static final int FORK_WINDOW = 64;

  /** Further back than any reorg that was ever final; what is not final yet is kept besides. */
  private static final int REMEMBERED = 2_048;

  /** Even while finality stalls: the oldest are forgotten then, and never told to be final. */
  private static final int MOST_REMEMBERED = 50_000;

  private static final int MOST_BLOCKS = 50;

  /** What a step came to. */
  sealed interface Looked {
    /**
     * Everything up to here was read.
     *
     * @param head whether something is left to read at once
     */
    record Seen(List<Sighting> sightings, BlockRef tip, Head head) implements Looked {}

    /** Nothing can be read at this moment, and why. */
    record Held(String why) implements Looked {}
  }

  /** Whether there is more to read at once. */
  enum Head {
    REACHED,
    FURTHER
  }

  private record Block(BlockRef ref, List<Spotted> events) {}

  private final Watched watched;
  private final Provider provider;
  private final long back;
  private final NavigableMap<Long, Block> blocks = new TreeMap<>();
  private int most = MOST_BLOCKS;

  /** The highest block whose events are known to be final; -1 before any. */
  private long settled = -1;

  /**
   * Looks at nothing yet.
   *
   * @param back how many blocks before the head it begins
   */
  Tail(Watched watched, Provider provider, long back) {
    this.watched = watched;
    this.provider = provider;
    this.back = back;
  }

  /** The block up to which everything was read; empty before the first step. */
  Optional<BlockRef> tip() {
    return Optional.ofNullable(blocks.lastEntry()).map(last -> last.getValue().ref());
  }

  /** Failures of the node are thrown as they are. */
  Looked step(Deadline deadline) {
    try {
      Looked looked = look(deadline);
      most = Math.min(most * 2, MOST_BLOCKS);
      return looked;
    } catch (RpcUnavailable unavailable) {
      most = Math.max(1, most / 2);
      if (unavailable.failure() instanceof RpcFailure.Behind) {
        return new Looked.Held("the chain moved while it was read");
      }
      throw unavailable;
    }
  }

  private Looked look(Deadline deadline) {
    ChainHead head = provider.head(deadline);
    if (blocks.isEmpty()) {
      return begin(head, List.of(), deadline);
    }
    long from = Math.min(blocks.lastKey(), head.latest().number());
    if (from < blocks.firstKey()) {
      return behind(from);
    }
    List<Header> read = consecutive(from, head, deadline);
    if (read.isEmpty()) {
      return new Looked.Held("the chain moved while it was read");
    }
    if (!read.getFirst().ref().equals(ours(from))) {
      Optional<Long> shared = lastShared(from, deadline);
      return shared.isPresent() ? rewound(shared.get()) : again(head, deadline);
    }
    if (from < blocks.lastKey()) {
      return behind(from);
    }
    return onward(read, head, deadline);
  }

  private Looked behind(long number) {
    return new Looked.Held(
        "the node is behind: its head is block " + number + ", seen was block " + blocks.lastKey());
  }

  private BlockRef ours(long number) {
    Block block = blocks.get(number);
    if (block == null) {
      throw new IllegalStateException("block " + number + " is not remembered");
    }
    return block.ref();
  }

  private Looked begin(ChainHead head, List<Sighting> before, Deadline deadline) {
    long start = Math.max(0, head.latest().number() - back);
    Optional<Header> anchor = provider.header(start, deadline);
    if (anchor.isEmpty()) {
      return new Looked.Held("the chain moved while it was read");
    }
    List<Sighting> sightings = new ArrayList<>(before);
    if (!blocks.isEmpty()) {
      sightings.add(new Sighting.BeganAgain(anchor.get().ref()));
    }
    blocks.clear();
    settled = -1;
    blocks.put(start, new Block(anchor.get().ref(), List.of()));
    return new Looked.Seen(sightings, anchor.get().ref(), Head.FURTHER);
  }

  /** Nothing that is remembered is of the chain any more. */
  private Looked again(ChainHead head, Deadline deadline) {
    return begin(head, orphaned(blocks), deadline);
  }

  private Looked rewound(long shared) {
    NavigableMap<Long, Block> gone = blocks.tailMap(shared, false);
    List<Sighting> orphaned = orphaned(gone);
    gone.clear();
    settled = Math.min(settled, shared);
    return new Looked.Seen(orphaned, ours(shared), Head.FURTHER);
  }

  /** The newest first: as they would be undone. */
  private List<Sighting> orphaned(NavigableMap<Long, Block> gone) {
    List<Sighting> orphaned = new ArrayList<>();
    for (Block block : gone.descendingMap().values()) {
      for (Spotted event : block.events().reversed()) {
        orphaned.add(new Sighting.Orphaned(event, finality(block.ref().number(), settled)));
      }
    }
    return orphaned;
  }

  private static Finality finality(long number, long settled) {
    return number <= settled ? Finality.FINAL : Finality.PENDING;
  }

  /** As {@link Follower} reads them: each on the one before it, or none. */
  private List<Header> consecutive(long from, ChainHead head, Deadline deadline) {
    long to = Math.min(head.latest().number(), from + most);
    List<Header> headers = new ArrayList<>();
    for (Optional<Header> answer :
        provider.headers(LongStream.rangeClosed(from, to).boxed().toList(), deadline)) {
      if (answer.isEmpty()
          || (!headers.isEmpty() && !answer.get().extendsBlock(headers.getLast().ref()))) {
        return List.of();
      }
      headers.add(answer.get());
    }
    return headers;
  }

  private Optional<Long> lastShared(long below, Deadline deadline) {
    List<Block> ours = List.copyOf(blocks.headMap(below, false).descendingMap().values());
    for (int from = 0; from < ours.size(); from += FORK_WINDOW) {
      List<Block> window = ours.subList(from, Math.min(ours.size(), from + FORK_WINDOW));
      List<Optional<Header>> theirs =
          provider.headers(window.stream().map(block -> block.ref().number()).toList(), deadline);
      for (int at = 0; at < window.size(); at++) {
        BlockRef ref = window.get(at).ref();
        if (theirs.get(at).map(Header::ref).filter(ref::equals).isPresent()) {
          return Optional.of(ref.number());
        }
      }
    }
    return Optional.empty();
  }

  private Looked onward(List<Header> read, ChainHead head, Deadline deadline) {
    List<Header> fresh = read.subList(1, read.size());
    long now = settledBy(head, read);
    Optional<Map<Hash, List<Spotted>>> found = events(fresh, now, deadline);
    if (found.isEmpty()) {
      return new Looked.Held("the chain moved while it was read");
    }
    List<Sighting> sightings = new ArrayList<>();
    blocks
        .subMap(settled, false, now, true)
        .values()
        .forEach(block ->
            block.events().forEach(event -> sightings.add(new Sighting.BecameFinal(event))));
    for (Header header : fresh) {
      List<Spotted> events = found.get().getOrDefault(header.hash(), List.of());
      blocks.put(header.number(), new Block(header.ref(), events));
      events.forEach(
          event -> sightings.add(new Sighting.Arrived(event, finality(header.number(), now))));
    }
    settled = now;
    forget();
    boolean isAtHead = read.getLast().number() == head.latest().number();
    return new Looked.Seen(sightings, read.getLast().ref(), isAtHead ? Head.REACHED : Head.FURTHER);
  }

  /** Never lower than before, nor above what was read; unchanged where the tag is of a fork. */
  private long settledBy(ChainHead head, List<Header> read) {
    long tip = read.getLast().number();
    long said = watched.settleOn().settledNumber(head).map(n -> Math.min(n, tip)).orElse(settled);
    Optional<BlockRef> tag =
        switch (watched.settleOn()) {
          case SettleOn.Finalized() -> head.finalized();
          case SettleOn.Safe() -> head.safe();
          case SettleOn.Confirmations _ -> Optional.empty();
        };
    boolean isOfAFork = tag.filter(block -> isContradicted(block, read)).isPresent();
    return isOfAFork ? settled : Math.max(settled, said);
  }

  private boolean isContradicted(BlockRef tag, List<Header> read) {
    return read.stream().map(Header::ref).anyMatch(ref -> isOther(ref, tag))
        || Optional.ofNullable(blocks.get(tag.number()))
            .filter(block -> isOther(block.ref(), tag))
            .isPresent();
  }

  private static boolean isOther(BlockRef ref, BlockRef tag) {
    return ref.number() == tag.number() && !ref.equals(tag);
  }

  /**
   * By range where they are final, by block hash where they are not: a node that lacks the block
   * then says so. Empty when a log is of another block than the one just read.
   */
  private Optional<Map<Hash, List<Spotted>>> events(
      List<Header> fresh, long finalTo, Deadline deadline) {
    List<Log> logs = new ArrayList<>();
    List<Header> finals = fresh.stream().filter(block -> block.number() <= finalTo).toList();
    if (!finals.isEmpty()) {
      logs.addAll(
          provider.logs(
              finals.getFirst().number(),
              finals.getLast().number(),
              LogFilter.of(watched.escrows().contracts()),
              deadline));
    }
    for (Header block : fresh.subList(finals.size(), fresh.size())) {
      logs.addAll(provider.logs(block.ref(), watched.escrows().contracts(), deadline));
    }
    Map<Hash, Header> byHash = new HashMap<>();
    fresh.forEach(block -> byHash.put(block.hash(), block));
    Map<Hash, List<Spotted>> events = new HashMap<>();
    for (Log log : logs) {
      Header block = byHash.get(log.block().hash());
      if (block == null) {
        return Optional.empty();
      }
      events
          .computeIfAbsent(block.hash(), _ -> new ArrayList<>())
          .add(new Spotted(log, watched.escrows().decode(log), block.time()));
    }
    return Optional.of(events);
  }

  private void forget() {
    while (blocks.size() > MOST_REMEMBERED
        || (blocks.size() > REMEMBERED && blocks.firstKey() <= settled)) {
      blocks.pollFirstEntry();
    }
  }
}
