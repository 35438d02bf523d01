package dev.metaops.testing;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.Batch;
import dev.metaops.ledger.Certificate;
import dev.metaops.ledger.Cursor;
import dev.metaops.ledger.Gap;
import dev.metaops.ledger.HeldLog;
import dev.metaops.ledger.Lease;
import dev.metaops.ledger.Recorded;
import dev.metaops.ledger.Refuted;
import dev.metaops.ledger.Reread;
import dev.metaops.ledger.Resynced;
import dev.metaops.ledger.Rewound;
import dev.metaops.ledger.Stream;
import dev.metaops.order.OrderTerms;
import dev.metaops.time.Ticker;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the SQL of the ledger does, in memory, for one chain whose orders settle through one
 * contract: LedgerContract holds the two against each other. Not thread-safe.
 */
public final class MemoryLedger implements TrialLedger {
  private final Ticker ticker;
  private final MemoryBlocks blocks = new MemoryBlocks();
  private final MemoryOrders orders = new MemoryOrders();
  private final List<Told> told = new ArrayList<>();
  private boolean hasProofs;
  private @Nullable Chain chain;

  /** A finding about blocks that were read again, or about an order whose row had ended on them. */
  private record Told(String code, Optional<String> order, long from, long to) {
    boolean isOf(Told other) {
      return code.equals(other.code)
          && order.equals(other.order)
          && (order.isPresent() || (from == other.from && to == other.to));
    }
  }

  /** What a stream's row has. */
  private static final class Chain {
    final long id;
    final SettleOn settleOn;
    long start;
    Cursor cursor;
    long settled = -1;
    Optional<Instant> settledMoved = Optional.empty();
    Optional<ChainHead> head = Optional.empty();
    Optional<Instant> seen = Optional.empty();
    Optional<Instant> applied = Optional.empty();
    Optional<String> trouble = Optional.empty();
    Optional<Instant> troubleSince = Optional.empty();
    Optional<String> holder = Optional.empty();
    long epoch;
    Optional<Instant> expires = Optional.empty();
    Optional<Stream.Freeze> frozen = Optional.empty();
    Optional<Stream.FinalityWaits> finalityWaits = Optional.empty();

    Chain(long id, SettleOn settleOn, Cursor cursor) {
      this.id = id;
      this.settleOn = settleOn;
      this.start = cursor.number();
      this.cursor = cursor;
    }

    Applied.WriteMode mode() {
      return frozen.isPresent() ? Applied.WriteMode.FROZEN : Applied.WriteMode.WRITING;
    }
  }

  public MemoryLedger(Ticker ticker) {
    this.ticker = ticker;
  }

  private Chain chain(long id) throws SQLException {
    if (chain == null || chain.id != id) {
      throw new SQLException("nothing follows chain " + id, "MO011");
    }
    return chain;
  }

  @Override
  public void openStream(long chainId, Header start, SettleOn settleOn) throws SQLException {
    if (chain == null) {
      chain = new Chain(chainId, settleOn, Cursor.at(start));
      blocks.start(start);
    }
    if (chain.id != chainId) {
      throw new SQLException("this database follows chain " + chain.id, "MO002");
    }
  }

  @Override
  public Optional<Lease> takeLease(long chainId, String holder, Optional<String> over, Duration ttl)
      throws SQLException {
    Chain stream = chain(chainId);
    boolean isFree =
        stream.holder.isEmpty()
            || stream.holder.get().equals(holder)
            || stream.holder.equals(over)
            || stream.expires.filter(ticker.now()::isAfter).isPresent();
    if (!isFree) {
      return Optional.empty();
    }
    stream.holder = Optional.of(holder);
    stream.epoch++;
    stream.expires = Optional.of(ticker.now().plus(ttl));
    return Optional.of(new Lease(chainId, holder, stream.epoch, ttl));
  }

  private boolean isFenced(Lease lease) throws SQLException {
    Chain stream = chain(lease.chainId());
    return stream.epoch != lease.epoch() || stream.holder.isEmpty();
  }

  @Override
  public Reported report(Lease lease, Optional<ChainHead> head, Optional<String> trouble)
      throws SQLException {
    if (isFenced(lease)) {
      return Reported.FENCED;
    }
    Chain stream = chain(lease.chainId());
    stream.expires = Optional.of(ticker.now().plus(lease.ttl()));
    stream.head = head.or(() -> stream.head);
    stream.seen = head.map(_ -> ticker.now()).or(() -> stream.seen);
    stream.troubleSince =
        trouble.flatMap(_ -> stream.troubleSince.or(() -> Optional.of(ticker.now())));
    stream.trouble = trouble;
    return Reported.HEARD;
  }

  @Override
  public Applied apply(Lease lease, Batch batch) throws SQLException {
    Chain stream = chain(lease.chainId());
    Optional<Applied> refusal = refusal(lease, batch);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    requireOnce(batch.events());
    Set<Hash> keys = new HashSet<>();
    long before = stream.settled;
    long settled = Math.max(before, batch.settled().map(one -> one.block().number()).orElse(-1L));
    int orphaned = 0;
    if (batch.rewindTo().isPresent()) {
      blocks.orphanAbove(batch.rewindTo().get().number());
      orphaned = orders.orphanAbove(batch.rewindTo().get().number(), keys);
    }
    Set<BlockRef> withEvents = withEvents(batch.events());
    batch
        .blocks()
        .forEach(block -> blocks.write(block, block.header().number() <= settled, withEvents));
    orders.write(batch.events(), settled, keys);
    hasProofs |= !batch.proofs().isEmpty();
    orders.hold(batch.quarantined(), keys);
    moveOn(stream, lease, batch, settled);
    if (settled > before) {
      blocks.settle(before, settled);
      orders.settle(settled, keys);
      blocks.certify(
          Math.max(before, stream.start) + 1,
          settled,
          batch.settled().orElseThrow().anchor(),
          batch.scope(),
          ticker.now());
      blocks.prune(settled);
    }
    orders.pending(keys);
    List<Applied.Move> moves = orders.fold(keys, MemoryOrders.Cause.LISTENER, stream.mode());
    return new Applied.Committed(moves, orphaned, orders.waiting(), stream.mode());
  }

  private Optional<Applied> refusal(Lease lease, Batch batch) throws SQLException {
    Chain stream = chain(lease.chainId());
    if (isFenced(lease)) {
      return Optional.of(new Applied.Fenced("fenced at epoch " + stream.epoch));
    }
    if (!stream.cursor.ref().equals(batch.from())) {
      return Optional.of(new Applied.CursorElsewhere("the cursor stands at " + stream.cursor));
    }
    long rewind = batch.rewindTo().map(BlockRef::number).orElse(Long.MAX_VALUE);
    if (rewind < stream.settled) {
      return Optional.of(new Applied.PastSettled("reorg to block " + rewind));
    }
    return batch.blocks().stream().anyMatch(one -> blocks.isTaken(one.header().ref(), rewind))
        ? Optional.of(new Applied.PastSettled("a block stands where another does"))
        : Optional.empty();
  }

  /** One statement of SQL cannot write one row twice. */
  private static void requireOnce(List<EscrowEvent> events) throws SQLException {
    Set<List<Object>> places = new HashSet<>();
    for (EscrowEvent event : events) {
      if (!places.add(List.of(event.log().block(), event.log().index()))) {
        throw new SQLException("one event twice in a batch: " + event, "21000");
      }
    }
  }

  private static Set<BlockRef> withEvents(Collection<EscrowEvent> events) {
    return events.stream().map(event -> event.log().block()).collect(Collectors.toSet());
  }

  private void moveOn(Chain stream, Lease lease, Batch batch, long settled) {
    Instant now = ticker.now();
    stream.cursor = batch.cursor();
    stream.settledMoved = settled > stream.settled ? Optional.of(now) : stream.settledMoved;
    stream.settled = settled;
    stream.head = Optional.of(batch.head());
    stream.seen = Optional.of(now);
    stream.applied = Optional.of(now);
    stream.trouble = Optional.empty();
    stream.troubleSince = Optional.empty();
    stream.expires = Optional.of(now.plus(lease.ttl()));
  }

  @Override
  public Reported finalityViolated(Lease lease, String sentence, List<Header> theirs)
      throws SQLException {
    if (isFenced(lease)) {
      return Reported.FENCED;
    }
    Chain stream = chain(lease.chainId());
    stream.expires = Optional.of(ticker.now().plus(lease.ttl()));
    theirs.forEach(blocks::keep);
    if (stream.frozen.isEmpty()) {
      stream.frozen =
          Optional.of(
              new Stream.Freeze(
                  "finality-" + stream.id, "metaops listener", sentence, ticker.now()));
    }
    return Reported.HEARD;
  }

  @Override
  public void finalityWaits(Lease lease, Optional<String> why) throws SQLException {
    if (isFenced(lease)) {
      return;
    }
    Chain stream = chain(lease.chainId());
    Instant since = stream.finalityWaits.map(Stream.FinalityWaits::since).orElseGet(ticker::now);
    stream.finalityWaits = why.map(reason -> new Stream.FinalityWaits(since, reason));
  }

  @Override
  public Resynced resync(Reread reread) throws SQLException {
    if (chain == null || reread.blocks().getLast().header().number() > chain.settled) {
      return new Resynced.Refused("the blocks are not settled");
    }
    if (blocks.differs(reread)) {
      return new Resynced.Refused("a block read again is not the one the ledger stands on");
    }
    requireOnce(reread.events());
    Set<Long> stays = blocks.staysAsKnown(reread);
    List<EscrowEvent> events =
        reread.events().stream()
            .filter(event -> !stays.contains(event.log().block().number()))
            .toList();
    Set<Hash> keys = new HashSet<>();
    MemoryOrders.Refutation refutation = orders.refute(reread, blocks.otherScope(reread), keys);
    blocks.write(reread, withEvents(events), ticker.now());
    hasProofs |= !reread.proofs().isEmpty();
    int added = orders.write(events, chain.settled, keys);
    orders.hold(
        reread.quarantined().stream()
            .filter(held -> !stays.contains(held.log().block().number()))
            .toList(),
        keys);
    orders.forgetUnmatched(refutation.keys());
    long first = reread.blocks().getFirst().header().number();
    long last = reread.blocks().getLast().header().number();
    if (chain.start >= first && chain.start <= last) {
      chain.start = first - 1;
    }
    List<Applied.Move> moves = orders.fold(keys, MemoryOrders.Cause.LISTENER, chain.mode());
    if (!refutation.refuted().isEmpty()) {
      tell(refutation);
    } else if (reread.blocks().stream().allMatch(block -> block.completeness().isProved())) {
      told.removeIf(one ->
          one.from() >= first && one.to() <= last && one.order().map(orders::agrees).orElse(true));
    }
    return new Resynced.Written(added, refutation.refuted(), moves);
  }

  private void tell(MemoryOrders.Refutation refutation) {
    long from = refutation.refuted().stream().mapToLong(Refuted::block).min().orElseThrow();
    long to = refutation.refuted().stream().mapToLong(Refuted::block).max().orElseThrow();
    tell(new Told("event-refuted", Optional.empty(), from, to));
    refutation
        .ended()
        .forEach((order, state) -> {
          if (!orders.folded(order).equals(state)) {
            tell(new Told("row-refuted", Optional.of(order), from, to));
          }
        });
  }

  private void tell(Told one) {
    told.removeIf(one::isOf);
    told.add(one);
  }

  @Override
  public Rewound rewind(long chainId, BlockRef to, String actor, String reason, String evidence)
      throws SQLException {
    Chain stream = chain(chainId);
    Optional<Instant> time = blocks.timeOf(to);
    if (time.isEmpty() || to.number() > stream.cursor.number()) {
      return new Rewound.Refused("block " + to + " is not one the ledger stands on");
    }
    Set<Hash> keys = new HashSet<>();
    blocks.rewind(to);
    int orphaned = orders.orphanAbove(to.number(), keys);
    stream.cursor = new Cursor(to, time.get());
    stream.settled = Math.min(stream.settled, to.number());
    stream.settledMoved = Optional.of(ticker.now());
    stream.frozen = Optional.empty();
    return new Rewound.Done(orders.fold(keys, MemoryOrders.Cause.REWIND, stream.mode()), orphaned);
  }

  @Override
  public List<String> findings() {
    List<String> codes = new ArrayList<>(told.stream().map(Told::code).toList());
    if (chain != null && chain.frozen.isPresent()) {
      codes.add("finality-violated");
    }
    return codes.stream().sorted().toList();
  }

  @Override
  public Optional<Stream> stream() {
    return Optional.ofNullable(chain).map(this::stream);
  }

  private Stream stream(Chain known) {
    return new Stream(
        known.id,
        ticker.now(),
        known.cursor.ref(),
        known.cursor.time(),
        known.settleOn,
        known.settled,
        known.settledMoved,
        known.head.map(head -> head.latest().number()),
        known.head.map(head -> head.latest().time()),
        known.seen,
        known.applied,
        known.trouble,
        known.troubleSince,
        known.holder,
        known.epoch,
        known.expires,
        known.frozen,
        orders.unmatched(),
        orders.quarantined(),
        orders.waiting(),
        orders.unfolded(),
        known.finalityWaits);
  }

  @Override
  public void insert(OrderTerms terms) {
    orders.insert(terms);
  }

  @Override
  public Map<String, String> rows() {
    return orders.states();
  }

  @Override
  public List<Recorded> events(long chainId, long from, long to, int limit) {
    return orders.events(from, to, limit);
  }

  @Override
  public long refuted() {
    return orders.refuted();
  }

  @Override
  public Set<HeldLog> held(long chainId, long from, long to) {
    return orders.held(from, to);
  }

  @Override
  public long kept() {
    return orders.kept();
  }

  @Override
  public List<Certificate> certificates(long chainId, int limit) {
    return blocks.certificates(limit);
  }

  @Override
  public List<BlockRef> canonicalBlocks(long chainId, long downFrom, int limit) {
    return blocks.down(downFrom, limit);
  }

  @Override
  public Optional<BlockRef> standsOn(long chainId, long from) throws SQLException {
    Chain stream = chain(chainId);
    return blocks.standsOn(from, Math.max(stream.settled, stream.start));
  }

  @Override
  public Provable provable(long chainId) throws SQLException {
    return hasProofs ? Provable.RECEIPTS : blocks.provable(chain(chainId).settled);
  }

  @Override
  public Set<Address> followed(long chainId) {
    return Set.of();
  }

  @Override
  public Set<Address> contractsToFollow(long chainId, Set<Address> without, int limit) {
    return Set.of();
  }

  @Override
  public List<Gap> gaps(long chainId, String scope, Agreement agreement, int limit)
      throws SQLException {
    Chain stream = chain(chainId);
    return blocks.gaps(
        stream.start, stream.settled, scope, agreement == Agreement.IS_ENOUGH, limit);
  }

  @Override
  public void close() {
    // Nothing outlives it.
  }
}
