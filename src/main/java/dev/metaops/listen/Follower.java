package dev.metaops.listen;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.Batch;
import dev.metaops.ledger.Cursor;
import dev.metaops.ledger.Lease;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.ProvedReceipt;
import dev.metaops.ledger.ReadBlock;
import dev.metaops.ledger.Scope;
import dev.metaops.ledger.Settled;
import dev.metaops.ledger.Stream;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.Purpose;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.rpc.Told;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the chain from the ledger's cursor on, one bounded batch a step. Each block must stand on
 * the one before it, the first on the cursor; where it does not, the chain was reorganised, and the
 * step goes back to the last block both forks share. Holds nothing a crash could lose: another
 * follower on the same ledger goes on where this one was. Not thread-safe.
 */
public final class Follower {
  /** More blocks than this are never unsettled on a chain that is well. */
  private static final int MOST_UNSETTLED = 4096;

  private final Watched watched;
  private final Providers providers;
  private final Proving proving;
  private final Ledger ledger;
  private final Lease lease;
  private final EventLog events;
  private final Waypoint.Observer observer;
  private final HeaderReader headers;
  private final BlockReader blockReader;
  private final Finality finality;
  private final Violation violation;
  private final OwnContracts own;
  private final ReadAhead ahead;
  private final String scope;
  private final BatchLength length;
  private Optional<String> finalityWaits = Optional.empty();

  /** Reads nothing yet. */
  public Follower(
      Watched watched,
      Providers providers,
      Proving proving,
      Ledger ledger,
      Lease lease,
      EventLog events,
      Beside beside,
      Waypoint.Observer observer) {
    this.watched = watched;
    this.providers = providers;
    this.proving = proving;
    this.ledger = ledger;
    this.lease = lease;
    this.events = events;
    this.observer = observer;
    this.headers = new HeaderReader(providers, proving, Purpose.FOLLOW);
    this.blockReader =
        new BlockReader(
            watched.escrows(), providers, proving, Purpose.FOLLOW, watched.assurance().proofs());
    this.finality = new Finality(watched.settleOn(), providers, watched.assurance().anchors());
    this.violation =
        new Violation(providers, proving, ledger, lease, watched.assurance().anchors());
    this.own = new OwnContracts(watched.escrows(), providers, ledger, lease.chainId());
    this.ahead = new ReadAhead(headers, blockReader, watched.escrows(), beside);
    this.scope = Scope.of(watched.escrows());
    this.length = new BatchLength(watched.blocksPerBatch());
  }

  /**
   * Reads and writes one batch. Failures of the nodes and of the database are thrown as they are;
   * after one of the nodes the next batch is half as long, after success twice as long again.
   */
  public Followed step(Deadline deadline) throws SQLException {
    try {
      Followed followed = read(deadline);
      length.written();
      return followed;
    } catch (RpcUnavailable unavailable) {
      length.failed();
      if (unavailable.failure() instanceof RpcFailure.Behind) {
        return moved();
      }
      throw unavailable;
    }
  }

  /** Why nothing more becomes final, as of the last step; empty while it goes on. */
  Optional<String> finalityWaits() {
    return finalityWaits;
  }

  private Followed read(Deadline deadline) throws SQLException {
    Told<ChainHead> told = providers.head(Purpose.FOLLOW, deadline);
    ChainHead head = told.value();
    observer.passed(Waypoint.HEAD_READ);
    Stream stream =
        ledger.stream()
            .orElseThrow(
                () -> new IllegalStateException("no stream: it is opened before its lease"));
    Cursor cursor = new Cursor(stream.cursor(), stream.cursorTime());
    Header latest = head.latest();
    Optional<ReadAhead.Read> read =
        ahead.takeAbove(cursor.ref()).filter(before -> isStillShown(before, latest, deadline));
    if (read.isPresent()) {
      observer.passed(Waypoint.HEADERS_READ);
      Span span = new Span(cursor, read.get().headers());
      return write(stream, span, read, Optional.empty(), head, deadline);
    }
    if (latest.number() < cursor.number()) {
      return new Followed.Held(
          "the node is behind: its head is block "
              + latest.number()
              + ", the ledger has read up to "
              + cursor.number());
    }
    if (latest.ref().equals(cursor.ref())) {
      observer.passed(Waypoint.HEADERS_READ);
      return write(stream, new Span(cursor, List.of()), head, deadline);
    }
    if (latest.number() == cursor.number()) {
      return onAnotherFork(stream, head, deadline);
    }
    if (proving.sealsHeaders() && latest.extendsBlock(cursor.ref())) {
      proving.sealed(latest, told.by());
      observer.passed(Waypoint.HEADERS_READ);
      return write(stream, new Span(cursor, List.of(latest)), head, deadline);
    }
    return switch (headers.above(cursor.ref(), upTo(cursor.number(), head), deadline)) {
      case HeaderReader.Above.Linked(List<Header> linked) -> {
        observer.passed(Waypoint.HEADERS_READ);
        yield write(stream, new Span(cursor, linked), head, deadline);
      }
      case HeaderReader.Above.OtherFork() -> onAnotherFork(stream, head, deadline);
      case HeaderReader.Above.Moved() -> moved();
    };
  }

  /**
   * What was read before this head may have been taken back meanwhile, and its numbers may be final
   * by now, of another fork: its last block has to be on the chain that is shown now.
   */
  private boolean isStillShown(ReadAhead.Read read, Header latest, Deadline deadline) {
    BlockRef last = read.headers().getLast().ref();
    if (last.number() >= latest.number()) {
      return last.equals(latest.ref());
    }
    return providers
        .ask(Purpose.FOLLOW, (provider, within) -> provider.header(last.number(), within), deadline)
        .value()
        .map(Header::ref)
        .filter(last::equals)
        .isPresent();
  }

  private long upTo(long from, ChainHead head) {
    return Math.min(head.latest().number(), from + length.now());
  }

  private Followed onAnotherFork(Stream stream, ChainHead head, Deadline deadline)
      throws SQLException {
    Optional<BlockRef> shared = headers.lastShared(ledger, stream, deadline);
    if (shared.isEmpty()) {
      return violation.judge(stream, head, deadline);
    }
    List<Header> read =
        headers.consecutive(shared.get().number(), upTo(shared.get().number(), head), deadline);
    if (read.isEmpty() || !read.getFirst().ref().equals(shared.get())) {
      return moved();
    }
    observer.passed(Waypoint.HEADERS_READ);
    return write(
        stream,
        new Span(Cursor.at(read.getFirst()), read.subList(1, read.size())),
        Optional.empty(),
        shared,
        head,
        deadline);
  }

  /** Blocks to be written, and what the first of them stands on. */
  private record Span(Cursor base, List<Header> blocks) {
    Cursor end() {
      return blocks.isEmpty() ? base : Cursor.at(blocks.getLast());
    }
  }

  private Followed write(Stream stream, Span span, ChainHead head, Deadline deadline)
      throws SQLException {
    return write(stream, span, Optional.empty(), Optional.empty(), head, deadline);
  }

  private Followed write(
      Stream stream,
      Span span,
      Optional<ReadAhead.Read> read,
      Optional<BlockRef> rewindTo,
      ChainHead head,
      Deadline deadline)
      throws SQLException {
    Optional<Settled> settled = Optional.empty();
    Finality.Looked looked = finality(stream, span, head, deadline);
    tell(looked, stream);
    switch (looked) {
      case Finality.Looked.Further(Settled further) -> settled = Optional.of(further);
      case Finality.Looked.NoFurther(), Finality.Looked.Waits _, Finality.Looked.Unasked() -> {}
      case Finality.Looked.Contradicted(String why) -> {
        return new Followed.Held(why);
      }
    }
    Set<Address> followed = own.followed();
    Set<Address> taken = own.newInRows(head.latest().number(), deadline);
    if (span.blocks().isEmpty()
        && taken.isEmpty()
        && rewindTo.isEmpty()
        && settled.isEmpty()
        && stream.waiting() == 0
        && stream.unfolded() == 0) {
      return reported(head);
    }
    long finalTo = settled.map(known -> known.block().number()).orElse(stream.settledNumber());
    Optional<Gathered> gathered = gathered(span, read, finalTo, followed, taken, deadline);
    if (gathered.isEmpty()) {
      return moved();
    }
    observer.passed(Waypoint.LOGS_READ);
    length.read(span.blocks().size(), gathered.get().meanings().events().size());
    Batch batch = batch(stream, rewindTo, span, settled, head, gathered.get());
    observer.passed(Waypoint.BATCH_READY);
    readOn(span.end().ref(), finalTo, gathered.get().contracts(), head);
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
        yield span.end().number() == head.latest().number()
                && !takesUpMore
                && !finality.isAskedLater(span.blocks())
            ? new Followed.AtHead()
            : new Followed.Advanced(committed);
      }
      case Applied.Fenced(String why) -> new Followed.LeaseLost(why);
      case Applied.CursorElsewhere(String why) -> new Followed.Held(why);
      case Applied.PastSettled(String why) -> new Followed.PastSettled(why);
    };
  }

  /** Begins to read what comes next, where there is more than one block of it. */
  private void readOn(BlockRef end, long finalTo, Set<Address> contracts, ChainHead head) {
    long to = Math.min(head.latest().number(), end.number() + length.next());
    if (to <= end.number() + 1) {
      return;
    }
    // All of this batch was final: so is the next, as far as the head says.
    long alsoFinal =
        finalTo < end.number()
            ? finalTo
            : watched
                .settleOn()
                .settledNumber(head)
                .map(number -> Math.min(number, to))
                .orElse(finalTo);
    ahead.begin(new ReadAhead.Wanted(end, to, alsoFinal, contracts));
  }

  /**
   * A new head's events are not kept waiting while all nodes are asked what is final: with several,
   * that is a step of its own.
   */
  private Finality.Looked finality(Stream stream, Span span, ChainHead head, Deadline deadline)
      throws SQLException {
    Finality.Ours ours = number -> ourBlock(number, span);
    if (finality.wanted() == 1) {
      return finality.byOne(head, span.end().number(), stream.settledNumber(), ours);
    }
    boolean mayBeFurther =
        watched
            .settleOn()
            .settledNumber(head)
            .filter(number -> number > stream.settledNumber())
            .isPresent();
    return (mayBeFurther || finality.isShort()) && !finality.isAskedLater(span.blocks())
        ? finality.byAll(span.end().number(), stream.settledNumber(), ours, stream.now(), deadline)
        : new Finality.Looked.Unasked();
  }

  /** Why nothing becomes final is said where everybody reads it, each time the reason changes. */
  private void tell(Finality.Looked looked, Stream stream) throws SQLException {
    Optional<String> why =
        switch (looked) {
          case Finality.Looked.Waits(String reason) -> Optional.of(reason);
          case Finality.Looked.Further _, Finality.Looked.NoFurther _ -> Optional.empty();
          case Finality.Looked.Unasked _, Finality.Looked.Contradicted _ ->
              stream.finalityWaits().map(Stream.FinalityWaits::why);
        };
    finalityWaits = why;
    if (!why.equals(stream.finalityWaits().map(Stream.FinalityWaits::why))) {
      ledger.finalityWaits(lease, why);
    }
  }

  private Followed reported(ChainHead head) throws SQLException {
    return switch (ledger.report(lease, Optional.of(head), Optional.empty())) {
      case HEARD -> new Followed.AtHead();
      case FENCED -> new Followed.LeaseLost("another holder took the stream's lease");
    };
  }

  /** A block of the fork being written, from what was just read or from the ledger. */
  private Optional<BlockRef> ourBlock(long number, Span span) throws SQLException {
    if (number > span.base().number()) {
      return span.blocks().stream()
          .map(Header::ref)
          .filter(block -> block.number() == number)
          .findFirst();
    }
    if (number == span.base().number()) {
      return Optional.of(span.base().ref());
    }
    return ledger.canonicalBlocks(lease.chainId(), number, 1).stream()
        .filter(block -> block.number() == number)
        .findFirst();
  }

  /** What was read of a batch, and the contracts that are followed from it on. */
  private record Gathered(
      Meanings meanings,
      List<ReadBlock> blocks,
      List<ProvedReceipt> proofs,
      Set<Address> follow,
      Set<Address> contracts) {}

  /**
   * What happened in these blocks, and all earlier logs of contracts taken up now. Empty when the
   * nodes' answers do not fit together.
   */
  private Optional<Gathered> gathered(
      Span span,
      Optional<ReadAhead.Read> before,
      long finalTo,
      Set<Address> followed,
      Set<Address> taken,
      Deadline deadline)
      throws SQLException {
    Set<Address> contracts = new HashSet<>(watched.escrows().contracts());
    contracts.addAll(followed);
    contracts.addAll(taken);
    Optional<ReadAhead.Read> same = before.filter(read -> read.holdsFor(contracts, finalTo));
    Optional<BlockReader.BlockLogs> found =
        same.isPresent()
            ? same.map(ReadAhead.Read::logs)
            : blockReader.of(span.blocks(), finalTo, contracts, deadline);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    BlockReader.BlockLogs read = found.get();
    Set<Address> announced = own.announced(read.logs());
    announced.removeAll(contracts);
    if (same.isPresent() && announced.isEmpty() && taken.isEmpty()) {
      return Optional.of(
          new Gathered(same.get().meanings(), read.blocks(), read.proofs(), Set.of(), contracts));
    }
    if (!announced.isEmpty()) {
      contracts.addAll(announced);
      found = blockReader.of(span.blocks(), finalTo, contracts, deadline);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      read = found.get();
    }
    Optional<List<Log>> earlier = earlier(span, finalTo, taken, deadline);
    if (earlier.isEmpty()) {
      return Optional.empty();
    }
    List<Log> all = new ArrayList<>(read.logs());
    all.addAll(earlier.get());
    announced.addAll(taken);
    return Optional.of(
        new Gathered(
            Meanings.of(all, watched.escrows()),
            read.blocks(),
            read.proofs(),
            announced,
            contracts));
  }

  private Optional<List<Log>> earlier(
      Span span, long finalTo, Set<Address> taken, Deadline deadline) throws SQLException {
    if (taken.isEmpty()) {
      return Optional.of(List.of());
    }
    long base = span.base().number();
    long settled = Math.min(finalTo, base);
    int unsettled = Math.toIntExact(Math.clamp(base - settled, 0, MOST_UNSETTLED));
    List<BlockRef> blocks =
        unsettled == 0
            ? List.of()
            : ledger.canonicalBlocks(lease.chainId(), base, unsettled).stream()
                .filter(block -> block.number() > settled)
                .toList();
    return providers
        .ask(
            Purpose.FOLLOW,
            (provider, within) ->
                new Logs(provider).before(watched.fromBlock(), settled, blocks, taken, within),
            deadline)
        .value();
  }

  private Batch batch(
      Stream stream,
      Optional<BlockRef> rewindTo,
      Span span,
      Optional<Settled> settled,
      ChainHead head,
      Gathered gathered) {
    Meanings meanings = gathered.meanings();
    events.received(meanings.events());
    meanings.quarantined().forEach(events::quarantined);
    meanings.unmapped().forEach(events::unmapped);
    return new Batch(
        stream.cursor(),
        rewindTo,
        gathered.blocks(),
        meanings.events(),
        meanings.quarantined(),
        gathered.proofs(),
        gathered.follow(),
        span.end(),
        settled,
        scope,
        head);
  }

  static Followed moved() {
    return new Followed.Held("the chain moved while it was read");
  }
}
