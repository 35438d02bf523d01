package dev.metaops.reconcile;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Execution;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import dev.metaops.chain.Receipt;
import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowStatus;
import dev.metaops.escrow.EscrowStorage;
import dev.metaops.escrow.EscrowView;
import dev.metaops.order.ChainView;
import dev.metaops.order.Folded;
import dev.metaops.order.OrderState;
import dev.metaops.order.OrderTerms;
import dev.metaops.reconcile.Storage.Said;
import dev.metaops.rpc.At;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Asks the chain about orders, without the ledger. Nothing is believed on one kind of answer: an
 * event counts with the receipt that holds it and the block hash it names, and events must lead
 * where the contract's storage stands at the same block. Thread-safe.
 */
public final class Inspector {
  /** Storage reads a request; the node's batch limit. */
  private static final int SWEEP_BATCH = 100;

  /** Keys a question for logs; what providers take at least. */
  private static final int LOGS_BATCH = 500;

  private final Provider provider;
  private final Registry registry;
  private final Search search;
  private final Storage storage;

  public Inspector(Provider provider, Registry registry) {
    this.provider = provider;
    this.registry = registry;
    this.search = new Search(provider, registry.escrows());
    this.storage = new Storage(provider, registry.escrows());
  }

  /** Everything the chain says of one order. Never throws for a node's failure: that is None. */
  public Evidence inspect(OrderTerms terms, int lostEvents, Deadline deadline) {
    try {
      Optional<Moment> moment = moment(deadline);
      if (moment.isEmpty()) {
        return none(noFinality());
      }
      return inspect(terms, lostEvents, moment.get(), deadline);
    } catch (RpcUnavailable unavailable) {
      return none(sentence(unavailable));
    }
  }

  private Evidence inspect(OrderTerms row, int lostEvents, Moment moment, Deadline deadline) {
    Optional<String> unasked = unasked(row);
    if (unasked.isPresent()) {
      return none(unasked.get());
    }
    Search.Trace trace =
        search
            .of(List.of(row), moment.latest().number(), deadline)
            .getOrDefault(row.key().orElseThrow(), Search.Trace.empty());
    OrderTerms terms = located(row, trace.events());
    return weighed(
        new Read(
            terms,
            lostEvents,
            trace,
            storage.at(terms, moment.settled(), deadline),
            storage.at(terms, moment.latest(), deadline)),
        moment,
        (events, blocks) -> doubt(events, blocks, deadline),
        () -> finalityMoved(moment, deadline),
        deadline);
  }

  /**
   * What was read of one order, not weighed yet.
   *
   * @param then what its contract's storage says at the settled block
   * @param now and at the latest
   */
  record Read(OrderTerms terms, int lostEvents, Search.Trace trace, Said then, Said now) {}

  /** Says why events cannot be believed, and adds their blocks where they can. */
  interface Doubts {
    Optional<String> of(List<EscrowEvent> events, Map<Long, Header> blocks);
  }

  /**
   * Whether it all fits together, and where it leads.
   *
   * @param moved when finality last moved; asked only where something is not final
   */
  Evidence weighed(
      Read read,
      Moment moment,
      Doubts doubts,
      Supplier<Optional<Instant>> moved,
      Deadline deadline) {
    OrderTerms terms = read.terms();
    List<EscrowEvent> events = read.trace().events();
    List<EscrowEvent> finals =
        events.stream()
            .filter(event -> event.log().block().number() <= moment.settled().number())
            .toList();
    Map<Long, Header> blocks = new HashMap<>();
    Optional<String> doubt =
        other(read.then())
            .or(() -> other(read.now()))
            .or(read.trace()::unreadable)
            .or(() -> doubts.of(events, blocks))
            .or(() -> storage.stranger(terms, events, moment.latest(), deadline))
            .or(() -> omission(terms, finals, read.then(), moment.settled()))
            .or(() -> omission(terms, events, read.now(), moment.latest()))
            .or(() -> storage.shortfall(terms, events, moment.latest(), deadline));
    if (doubt.isPresent()) {
      return none(doubt.get());
    }
    List<EscrowEvent> later = events.subList(finals.size(), events.size());
    Optional<Header> last =
        later.isEmpty()
            ? Optional.empty()
            : Optional.ofNullable(blocks.get(later.getLast().log().block().number()));
    ChainView.Seen view =
        new ChainView.Seen(
                Folded.of(terms, counting(events, moment)),
                Folded.of(terms, events),
                deadline(read.now(), events),
                last.flatMap(moment::finalIn),
                read.lostEvents())
            .as(ways())
            .whereFinality(
                later.isEmpty() ? Optional.empty() : moved.get(),
                registry.stalledAfter(),
                moment.head().latest().time());
    return new Evidence.Found(
        view,
        provider.endpoint().toString(),
        moment.settled(),
        moment.latest(),
        finals,
        finals.stream()
            .map(event -> event.log().block().number())
            .distinct()
            .map(blocks::get)
            .toList(),
        later,
        read.then() instanceof Said.Status(String word, var _, var _)
            ? Optional.of(word)
            : Optional.empty());
  }

  /** A row that names no contract settles through the one whose events name its key. */
  OrderTerms located(OrderTerms row, List<EscrowEvent> events) {
    if (row.contract().isPresent()) {
      return row;
    }
    return new OrderTerms(
        row.orderId(),
        row.buyer(),
        row.seller(),
        row.token(),
        row.amount(),
        events.stream().findFirst().map(EscrowEvent::contract).or(registry.escrows()::current),
        row.key());
  }

  /** What the row may follow: included events, but those that may end the escrow once final. */
  private static List<EscrowEvent> counting(List<EscrowEvent> events, Moment moment) {
    return events.stream()
        .filter(event ->
            event.log().block().number() <= moment.settled().number() || !event.kind().endsEscrow())
        .toList();
  }

  private static Optional<String> other(Said said) {
    return said instanceof Said.Other(String why) ? Optional.of(why) : Optional.empty();
  }

  private static Optional<Instant> deadline(Said said, List<EscrowEvent> events) {
    return said instanceof Said.Status(var _, var _, Optional<Instant> deadline)
            && deadline.isPresent()
        ? deadline
        : events.stream().flatMap(event -> event.parts().deadline().stream()).findFirst();
  }

  private ChainView.Ways ways() {
    return registry.escrows().profile().isContractPerOrder()
        ? ChainView.Ways.CONTRACT_PER_ORDER
        : ChainView.Ways.ONE_CONTRACT;
  }

  /** The settled block's own time: nothing after it has become final. */
  Optional<Instant> finalityMoved(Moment moment, Deadline deadline) {
    return provider.header(moment.settled().number(), deadline).map(Header::time);
  }

  /** Why the contracts cannot be asked about the order; empty when they can. */
  Optional<String> unasked(OrderTerms terms) {
    if (terms.key().isEmpty()) {
      return Optional.of("the row names no escrow: it has no key");
    }
    if (terms.contract().isEmpty()) {
      return registry.escrows().deployments().isEmpty()
          ? Optional.of("the row names no escrow contract")
          : Optional.empty();
    }
    return terms
        .contract()
        .filter(contract -> !registry.escrows().knows(contract))
        .map(contract ->
            "its escrow is at " + contract.brief() + ", configured is " + registry.place());
  }

  /**
   * What one sweep came to.
   *
   * @param latest the block the contracts were asked at; empty when the node could not be asked
   */
  public record Swept(Map<String, ChainView> views, Optional<BlockRef> latest) {}

  /**
   * Many orders at once, by the contract's storage where that tells all, else by its logs: enough
   * to judge, not to move a row. Orders come in the order given until the deadline; the rest is
   * missing from the answer.
   */
  public Map<String, ChainView> sweep(List<OrderTerms> orders, Deadline deadline) {
    return swept(orders, deadline).views();
  }

  /** The same, and at which block. */
  public Swept swept(List<OrderTerms> orders, Deadline deadline) {
    Map<String, ChainView> views = new LinkedHashMap<>();
    Optional<BlockRef> latest = Optional.empty();
    try {
      Optional<Moment> moment = moment(deadline);
      if (moment.isEmpty()) {
        orders.forEach(terms -> views.put(terms.orderId(), new ChainView.NotSeen(noFinality())));
        return new Swept(views, latest);
      }
      latest = moment.map(Moment::latest);
      sweep(orders, moment.get(), views, deadline);
    } catch (RpcUnavailable unavailable) {
      String why = sentence(unavailable);
      orders.forEach(terms -> views.putIfAbsent(terms.orderId(), new ChainView.NotSeen(why)));
    }
    return new Swept(views, latest);
  }

  private void sweep(
      List<OrderTerms> orders, Moment moment, Map<String, ChainView> views, Deadline deadline) {
    Optional<Instant> moved = finalityMoved(moment, deadline);
    List<OrderTerms> asked = new ArrayList<>();
    for (OrderTerms terms : orders) {
      unasked(terms)
          .ifPresentOrElse(
              why -> views.put(terms.orderId(), new ChainView.NotSeen(why)),
              () -> asked.add(terms));
    }
    boolean byStorage = registry.escrows().profile().storage() instanceof EscrowStorage.Registry;
    int most = byStorage ? SWEEP_BATCH : LOGS_BATCH;
    for (int from = 0; from < asked.size() && !deadline.hasPassed(); from += most) {
      List<OrderTerms> some = asked.subList(from, Math.min(asked.size(), from + most));
      Map<String, ChainView> seen = new LinkedHashMap<>();
      if (byStorage) {
        sweepStorage(some, moment, seen, deadline);
      } else {
        sweepLogs(some, moment, seen, deadline);
      }
      seen.forEach((id, view) -> views.put(id, asOf(view, moved, moment)));
    }
  }

  private ChainView asOf(ChainView view, Optional<Instant> moved, Moment moment) {
    return view instanceof ChainView.Seen seen
        ? seen.as(ways())
            .whereFinality(moved, registry.stalledAfter(), moment.head().latest().time())
        : view;
  }

  private void sweepLogs(
      List<OrderTerms> orders, Moment moment, Map<String, ChainView> views, Deadline deadline) {
    Map<Hash, Search.Trace> traces = search.of(orders, moment.latest().number(), deadline);
    for (OrderTerms terms : orders) {
      Search.Trace trace = traces.getOrDefault(terms.key().orElseThrow(), Search.Trace.empty());
      Optional<String> doubt =
          trace
              .unreadable()
              .or(() -> storage.stranger(terms, trace.events(), moment.latest(), deadline));
      views.put(
          terms.orderId(),
          doubt.isPresent()
              ? new ChainView.NotSeen(doubt.get())
              : new ChainView.Seen(
                  Folded.of(terms, counting(trace.events(), moment)),
                  Folded.of(terms, trace.events()),
                  trace.events().stream()
                      .flatMap(event -> event.parts().deadline().stream())
                      .findFirst(),
                  Optional.empty(),
                  0));
    }
  }

  private void sweepStorage(
      List<OrderTerms> orders, Moment moment, Map<String, ChainView> views, Deadline deadline) {
    Map<Address, List<OrderTerms>> byContract = new LinkedHashMap<>();
    for (OrderTerms terms : orders) {
      Address contract = terms.contract().or(registry.escrows()::current).orElseThrow();
      byContract.computeIfAbsent(contract, _ -> new ArrayList<>()).add(terms);
    }
    byContract.forEach((contract, some) -> sweep(contract, some, moment, views, deadline));
  }

  private void sweep(
      Address contract,
      List<OrderTerms> orders,
      Moment moment,
      Map<String, ChainView> views,
      Deadline deadline) {
    List<byte[]> questions =
        orders.stream().map(terms -> EscrowView.escrowOf(terms.key().orElseThrow())).toList();
    List<byte[]> settled =
        provider.calls(contract, questions, new At.Block(moment.settled()), deadline);
    List<byte[]> latest =
        provider.calls(contract, questions, new At.Block(moment.latest()), deadline);
    for (int at = 0; at < orders.size(); at++) {
      OrderTerms terms = orders.get(at);
      Optional<EscrowView.Holding> then = EscrowView.readEscrowOf(settled.get(at));
      Optional<EscrowView.Holding> now = EscrowView.readEscrowOf(latest.get(at));
      views.put(
          terms.orderId(),
          then.isEmpty() || now.isEmpty()
              ? new ChainView.NotSeen("the contract does not answer as the registry")
              : view(terms, then.get(), now.get()));
    }
  }

  private static ChainView view(OrderTerms terms, EscrowView.Holding then, EscrowView.Holding now) {
    Folded included = stands(terms, now);
    Folded settled = stands(terms, then);
    boolean endsLater = included instanceof Folded.Stands(OrderState state) && state.isFinal();
    return new ChainView.Seen(
        endsLater ? openBefore(settled) : included,
        included,
        Storage.deadline(now),
        Optional.empty(),
        0);
  }

  /** Where the row may stand when the ending at the head is not final: at least funded. */
  private static Folded openBefore(Folded settled) {
    return settled instanceof Folded.Stands(OrderState state) && state == OrderState.CREATED
        ? new Folded.Stands(OrderState.PENDING)
        : settled;
  }

  private static Folded stands(OrderTerms terms, EscrowView.Holding holding) {
    if (holding.status() == EscrowStatus.NONE) {
      return Folded.nothing();
    }
    boolean agrees =
        terms.isAbout(holding.buyer(), holding.seller(), holding.token(), holding.amount());
    return agrees ? new Folded.Stands(Storage.state(holding.status())) : new Folded.Conflict();
  }

  Optional<Moment> moment(Deadline deadline) {
    registry.chainId().ifPresent(expected -> provider.requireChain(expected, deadline));
    ChainHead head = provider.head(deadline);
    Optional<BlockRef> settled =
        switch (registry.settleOn()) {
          case SettleOn.Finalized() -> head.finalized();
          case SettleOn.Safe() -> head.safe();
          case SettleOn.Confirmations _ ->
              registry
                  .settleOn()
                  .settledNumber(head)
                  .flatMap(number -> provider.header(number, deadline))
                  .map(Header::ref);
        };
    return settled.map(block -> new Moment(head, block));
  }

  String noFinality() {
    return provider.endpoint()
        + " names no "
        + registry.settleOn().text()
        + " block (set settle-on to a number of confirmations if this chain has none)";
  }

  private Optional<String> doubt(
      List<EscrowEvent> events, Map<Long, Header> blocks, Deadline deadline) {
    for (EscrowEvent event : events) {
      Optional<String> doubt = doubt(event, blocks, deadline);
      if (doubt.isPresent()) {
        return doubt;
      }
    }
    return Optional.empty();
  }

  /** Why this event cannot be believed: its receipt or its block says otherwise. */
  private Optional<String> doubt(EscrowEvent event, Map<Long, Header> blocks, Deadline deadline) {
    Log log = event.log();
    Optional<Receipt> receipt = provider.receipt(log.transaction(), deadline);
    boolean inReceipt =
        receipt
            .filter(found -> found.execution() == Execution.SUCCEEDED && found.logs().contains(log))
            .isPresent();
    if (!inReceipt) {
      return Optional.of(
          "the node shows an event in transaction "
              + log.transaction().brief()
              + " whose receipt does not hold it");
    }
    Optional<Header> header = provider.header(log.block().number(), deadline);
    if (header.filter(found -> found.ref().equals(log.block())).isEmpty()) {
      return Optional.of("the chain moved while it was read: block " + log.block() + " is gone");
    }
    blocks.put(log.block().number(), header.get());
    return Optional.empty();
  }

  /** Why the events cannot be all of them: the contract's own storage says otherwise. */
  private Optional<String> omission(
      OrderTerms terms, List<EscrowEvent> events, Said said, BlockRef at) {
    if (!(said instanceof Said.Status(String word, Set<OrderState> states, var _))) {
      return Optional.empty();
    }
    Folded led = Folded.ofKinds(terms.amount(), events);
    return led instanceof Folded.Stands(OrderState state) && states.contains(state)
        ? Optional.empty()
        : Optional.of(
            provider.endpoint()
                + " contradicts itself at block "
                + at
                + ": the contract says "
                + word
                + ", the events it shows lead to "
                + led.text()
                + " (it leaves logs out, or the contract is another)");
  }

  private static String sentence(RpcUnavailable unavailable) {
    return unavailable.endpoint() + ": " + unavailable.failure().sentence();
  }

  static Evidence none(String why) {
    return new Evidence.None(new ChainView.NotSeen(why));
  }
}
