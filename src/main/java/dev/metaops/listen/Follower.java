package dev.metaops.listen;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.Decoded;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.Batch;
import dev.metaops.ledger.Completeness;
import dev.metaops.ledger.Lease;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.Quarantined;
import dev.metaops.ledger.ReadBlock;
import dev.metaops.ledger.Scope;
import dev.metaops.ledger.Settled;
import dev.metaops.ledger.Stream;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Reads the chain from the ledger's cursor on, one bounded batch a step. Each block must stand on
 * the one before it, the first on the cursor; where it does not, the chain was reorganised, and the
 * step goes back to the last block both forks share. Holds nothing a crash could lose: another
 * follower on the same ledger goes on where this one was. Not thread-safe.
 */
public final class Follower {
  /** Blocks compared at once when looking for the last shared one. */
  private static final int FORK_WINDOW = 64;

  /** More blocks than this are never unsettled on a chain that is well. */
  private static final int MOST_UNSETTLED = 4096;

  private final Watched watched;
  private final Provider provider;
  private final Ledger ledger;
  private final Lease lease;
  private final EventLog events;
  private final Waypoint.Observer observer;
  private final Logs logs;
  private final OwnContracts own;
  private int most;

  public Follower(
      Watched watched,
      Provider provider,
      Ledger ledger,
      Lease lease,
      EventLog events,
      Waypoint.Observer observer) {
    this.watched = watched;
    this.provider = provider;
    this.ledger = ledger;
    this.lease = lease;
    this.events = events;
    this.observer = observer;
    this.logs = new Logs(provider);
    this.own = new OwnContracts(watched.escrows(), provider, ledger, lease.chainId());
    this.most = watched.blocksPerBatch();
  }

  /**
   * Reads and writes one batch. Failures of the node and of the database are thrown as they are;
   * after one of the node the next batch is half as long, after success twice as long again.
   */
  public Followed step(Deadline deadline) throws SQLException {
    try {
      Followed followed = read(deadline);
      most = Math.min(most * 2, watched.blocksPerBatch());
      return followed;
    } catch (RpcUnavailable unavailable) {
      most = Math.max(1, most / 2);
      if (unavailable.failure() instanceof RpcFailure.Behind) {
        return moved();
      }
      throw unavailable;
    }
  }

  private Followed read(Deadline deadline) throws SQLException {
    ChainHead head = provider.head(deadline);
    observer.passed(Waypoint.HEAD_READ);
    Stream stream =
        ledger.stream()
            .orElseThrow(
                () -> new IllegalStateException("no stream: it is opened before its lease"));
    BlockRef cursor = stream.cursor();
    if (head.latest().number() < cursor.number()) {
      return new Followed.Held(
          "the node is behind: its head is block "
              + head.latest().number()
              + ", the ledger has read up to "
              + cursor.number());
    }
    List<Header> read = consecutive(cursor.number(), head, deadline);
    if (read.isEmpty()) {
      return moved();
    }
    if (read.getFirst().ref().equals(cursor)) {
      return write(stream, Optional.empty(), read, head, deadline);
    }
    Optional<BlockRef> shared = lastShared(stream, deadline);
    if (shared.isEmpty()) {
      return new Followed.PastSettled(
          "the chain no longer has block "
              + stream.settledNumber()
              + " as it was when it was final; rows rest on it");
    }
    List<Header> fork = consecutive(shared.get().number(), head, deadline);
    return fork.isEmpty() || !fork.getFirst().ref().equals(shared.get())
        ? moved()
        : write(stream, shared, fork, head, deadline);
  }

  /**
   * The blocks of these numbers up to the head or the batch's size, each on the one before it;
   * empty when the answers do not fit together because the chain moved between them.
   */
  private List<Header> consecutive(long from, ChainHead head, Deadline deadline) {
    long to = Math.min(head.latest().number(), from + most);
    var headers = new ArrayList<Header>();
    for (Optional<Header> answer :
        provider.headers(LongStream.rangeClosed(from, to).boxed().toList(), deadline)) {
      if (answer.isEmpty()
          || (!headers.isEmpty() && !answer.get().extendsBlock(headers.getLast().ref()))) {
        return List.of();
      }
      headers.add(answer.get());
    }
    observer.passed(Waypoint.HEADERS_READ);
    return headers;
  }

  /** The highest canonical block of the ledger that the chain still has; none below settled. */
  private Optional<BlockRef> lastShared(Stream stream, Deadline deadline) throws SQLException {
    long downFrom = stream.cursor().number();
    while (downFrom >= stream.settledNumber()) {
      List<BlockRef> ours = ledger.canonicalBlocks(lease.chainId(), downFrom, FORK_WINDOW);
      if (ours.isEmpty()) {
        return Optional.empty();
      }
      List<Optional<Header>> theirs =
          provider.headers(ours.stream().map(BlockRef::number).toList(), deadline);
      for (int at = 0; at < ours.size(); at++) {
        BlockRef block = ours.get(at);
        if (theirs.get(at).map(Header::ref).filter(block::equals).isPresent()) {
          return block.number() >= stream.settledNumber() ? Optional.of(block) : Optional.empty();
        }
      }
      downFrom = ours.getLast().number() - 1;
    }
    return Optional.empty();
  }

  private Followed write(
      Stream stream,
      Optional<BlockRef> rewindTo,
      List<Header> read,
      ChainHead head,
      Deadline deadline)
      throws SQLException {
    List<Header> blocks = read.subList(1, read.size());
    Optional<Long> settledNumber =
        watched
            .settleOn()
            .settledNumber(head)
            .map(number -> Math.min(number, read.getLast().number()))
            .filter(number -> number > stream.settledNumber());
    Optional<BlockRef> settled = Optional.empty();
    if (settledNumber.isPresent()) {
      settled = ourBlock(settledNumber.get(), read);
      if (contradictsTag(head, settled)) {
        return new Followed.Held(
            "the node's " + watched.settleOn().text() + " block is not on the fork it shows");
      }
    }
    Set<Address> followed = own.followed();
    Set<Address> taken = own.newInRows(head.latest().number(), deadline);
    if (blocks.isEmpty()
        && taken.isEmpty()
        && rewindTo.isEmpty()
        && settled.isEmpty()
        && stream.waiting() == 0
        && stream.unfolded() == 0) {
      return reported(head);
    }
    long finalTo = settled.map(BlockRef::number).orElse(stream.settledNumber());
    Optional<Gathered> gathered =
        gathered(
            new Span(rewindTo.orElse(stream.cursor()), blocks, finalTo), followed, taken, deadline);
    if (gathered.isEmpty()) {
      return moved();
    }
    observer.passed(Waypoint.LOGS_READ);
    Batch batch = batch(stream, rewindTo, read, settled, head, gathered.get());
    observer.passed(Waypoint.BATCH_READY);
    Applied applied = ledger.apply(lease, batch);
    observer.passed(Waypoint.BATCH_COMMITTED);
    return switch (applied) {
      case Applied.Committed committed -> {
        events.committed(batch, committed);
        observer.passed(Waypoint.EVENTS_LOGGED);
        boolean takesUpMore =
            committed.waiting() > 0
                && !committed.moved().isEmpty()
                && committed.mode() == Applied.WriteMode.WRITING;
        yield read.getLast().number() == head.latest().number() && !takesUpMore
            ? new Followed.AtHead()
            : new Followed.Advanced(committed);
      }
      case Applied.Fenced(String why) -> new Followed.LeaseLost(why);
      case Applied.CursorElsewhere(String why) -> new Followed.Held(why);
      case Applied.PastSettled(String why) -> new Followed.PastSettled(why);
    };
  }

  private Followed reported(ChainHead head) throws SQLException {
    return switch (ledger.report(lease, Optional.of(head), Optional.empty())) {
      case HEARD -> new Followed.AtHead();
      case FENCED -> new Followed.LeaseLost("another holder took the stream's lease");
    };
  }

  /** A block of the fork being written, from what was just read or from the ledger. */
  private Optional<BlockRef> ourBlock(long number, List<Header> read) throws SQLException {
    for (Header header : read) {
      if (header.number() == number) {
        return Optional.of(header.ref());
      }
    }
    return ledger.canonicalBlocks(lease.chainId(), number, 1).stream()
        .filter(block -> block.number() == number)
        .findFirst();
  }

  private boolean contradictsTag(ChainHead head, Optional<BlockRef> settled) {
    Optional<BlockRef> tag =
        switch (watched.settleOn()) {
          case SettleOn.Finalized() -> head.finalized();
          case SettleOn.Safe() -> head.safe();
          case SettleOn.Confirmations _ -> Optional.empty();
        };
    return tag.isPresent()
        && settled.isPresent()
        && tag.get().number() == settled.get().number()
        && !tag.get().equals(settled.get());
  }

  /** The logs of a batch, and the contracts that are followed from it on. */
  private record Gathered(List<Log> logs, Set<Address> follow) {}

  /** Blocks to be written, and what the first of them stands on. */
  private record Span(BlockRef base, List<Header> blocks, long finalTo) {}

  /**
   * The logs of these blocks, and all earlier ones of contracts taken up now. Empty when the node's
   * answers do not fit together.
   */
  private Optional<Gathered> gathered(
      Span span, Set<Address> followed, Set<Address> taken, Deadline deadline) throws SQLException {
    Set<Address> contracts = new HashSet<>(watched.escrows().contracts());
    contracts.addAll(followed);
    contracts.addAll(taken);
    Optional<List<Log>> found = logs.of(span.blocks(), span.finalTo(), contracts, deadline);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    List<Log> all = new ArrayList<>(found.get());
    Set<Address> announced = own.announced(all);
    announced.removeAll(contracts);
    Optional<List<Log>> theirs = logs.of(span.blocks(), span.finalTo(), announced, deadline);
    Optional<List<Log>> earlier = earlier(span, taken, deadline);
    if (theirs.isEmpty() || earlier.isEmpty()) {
      return Optional.empty();
    }
    all.addAll(theirs.get());
    all.addAll(earlier.get());
    announced.addAll(taken);
    return Optional.of(new Gathered(all, announced));
  }

  private Optional<List<Log>> earlier(Span span, Set<Address> taken, Deadline deadline)
      throws SQLException {
    if (taken.isEmpty()) {
      return Optional.of(List.of());
    }
    long base = span.base().number();
    long settled = Math.min(span.finalTo(), base);
    int unsettled = Math.toIntExact(Math.clamp(base - settled, 0, MOST_UNSETTLED));
    List<BlockRef> blocks =
        unsettled == 0
            ? List.of()
            : ledger.canonicalBlocks(lease.chainId(), base, unsettled).stream()
                .filter(block -> block.number() > settled)
                .toList();
    return logs.before(watched.fromBlock(), settled, blocks, taken, deadline);
  }

  private Batch batch(
      Stream stream,
      Optional<BlockRef> rewindTo,
      List<Header> read,
      Optional<BlockRef> settled,
      ChainHead head,
      Gathered gathered) {
    var decoded = new ArrayList<EscrowEvent>();
    var quarantined = new ArrayList<Quarantined>();
    for (Log log : gathered.logs()) {
      switch (watched.escrows().decode(log)) {
        case Decoded.Event(EscrowEvent event) -> decoded.add(event);
        case Decoded.Undecodable(Hash _, Optional<Hash> key, String why) ->
            quarantined.add(new Quarantined(log, key, why));
        case Decoded.Unmapped(Optional<Hash> topic0) -> events.unmapped(log, topic0);
      }
    }
    decoded.forEach(events::received);
    quarantined.forEach(events::quarantined);
    return new Batch(
        stream.cursor(),
        rewindTo,
        read.subList(1, read.size()).stream()
            .map(header -> new ReadBlock(header, Completeness.NONE))
            .toList(),
        decoded,
        quarantined,
        List.of(),
        gathered.follow(),
        read.getLast(),
        settled.map(block -> new Settled(block, 1)),
        Scope.of(watched.escrows()),
        head);
  }

  private static Followed moved() {
    return new Followed.Held("the chain moved while it was read");
  }
}
