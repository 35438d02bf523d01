package dev.metaops.reconcile;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Execution;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import dev.metaops.chain.Receipt;
import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.Decoded;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowStatus;
import dev.metaops.escrow.EscrowView;
import dev.metaops.order.ChainView;
import dev.metaops.order.Folded;
import dev.metaops.order.OrderState;
import dev.metaops.order.OrderTerms;
import dev.metaops.order.OrderTerms.Agreement;
import dev.metaops.rpc.At;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the chain about orders, without the ledger. Nothing is believed on one kind of answer: an
 * event counts with the receipt that holds it and the block hash it names, and events must lead
 * where the contract's storage stands at the same block. Thread-safe.
 */
public final class Inspector {
  /** Storage reads a request; the node's batch limit. */
  private static final int SWEEP_BATCH = 100;

  private final Provider provider;
  private final Registry registry;

  public Inspector(Provider provider, Registry registry) {
    this.provider = provider;
    this.registry = registry;
  }

  /** Where the chain stands, and what of it is final. */
  private record Moment(ChainHead head, BlockRef settled) {}

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

  private Evidence inspect(OrderTerms terms, int lostEvents, Moment moment, Deadline deadline) {
    Optional<String> unasked = unasked(terms);
    if (unasked.isPresent()) {
      return none(unasked.get());
    }
    Hash key = terms.key().orElseThrow();
    Optional<EscrowView.Holding> atSettled = holding(key, moment.settled(), deadline);
    Optional<EscrowView.Holding> atHead = holding(key, moment.head().latest().ref(), deadline);
    if (atSettled.isEmpty() || atHead.isEmpty()) {
      return none(
          "the contract at " + registry.contract().brief() + " does not answer as the registry");
    }
    List<EscrowEvent> events = events(key, moment, deadline);
    Map<Long, Header> blocks = new HashMap<>();
    for (EscrowEvent event : events) {
      Optional<String> doubt = doubt(event, blocks, deadline);
      if (doubt.isPresent()) {
        return none(doubt.get());
      }
    }
    List<EscrowEvent> finals =
        events.stream()
            .filter(event -> event.log().block().number() <= moment.settled().number())
            .toList();
    List<EscrowEvent> later = events.subList(finals.size(), events.size());
    Optional<String> omission =
        omission(kindsLeadTo(finals), atSettled.get().status(), moment.settled())
            .or(() ->
                omission(kindsLeadTo(events), atHead.get().status(), moment.head().latest().ref()));
    if (omission.isPresent()) {
      return none(omission.get());
    }
    Folded included = fold(terms, events, Folded.nothing());
    List<EscrowEvent> counting = new ArrayList<>(finals);
    later.stream().filter(event -> !event.kind().endsEscrow()).forEach(counting::add);
    var view =
        new ChainView.Seen(
            fold(terms, counting, Folded.nothing()),
            included,
            deadline(atHead.get()),
            later.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(blocks.get(later.getLast().log().block().number()))
                    .flatMap(block -> finalIn(moment, block)),
            lostEvents);
    return new Evidence.Found(
        view,
        provider.endpoint().toString(),
        moment.settled(),
        moment.head().latest().ref(),
        finals,
        finals.stream().map(event -> blocks.get(event.log().block().number())).distinct().toList(),
        later,
        atSettled.get().status());
  }

  /** Why this contract cannot be asked about the order; empty when it can. */
  private Optional<String> unasked(OrderTerms terms) {
    if (terms.key().isEmpty()) {
      return Optional.of("the row names no escrow: it has no key");
    }
    return terms
        .contract()
        .filter(contract -> !contract.equals(registry.contract()))
        .map(contract ->
            "its escrow is at "
                + contract.brief()
                + ", configured is "
                + registry.contract().brief());
  }

  /**
   * The contract's storage for many orders at once: enough to judge, not to move a row. Orders come
   * in the order given until the deadline; the rest is missing from the answer.
   */
  public Map<String, ChainView> sweep(List<OrderTerms> orders, Deadline deadline) {
    Map<String, ChainView> views = new LinkedHashMap<>();
    try {
      Optional<Moment> moment = moment(deadline);
      if (moment.isEmpty()) {
        orders.forEach(terms -> views.put(terms.orderId(), new ChainView.NotSeen(noFinality())));
        return views;
      }
      List<OrderTerms> asked = new ArrayList<>();
      for (OrderTerms terms : orders) {
        unasked(terms)
            .ifPresentOrElse(
                why -> views.put(terms.orderId(), new ChainView.NotSeen(why)),
                () -> asked.add(terms));
      }
      for (int from = 0; from < asked.size() && !deadline.hasPassed(); from += SWEEP_BATCH) {
        List<OrderTerms> some = asked.subList(from, Math.min(asked.size(), from + SWEEP_BATCH));
        sweep(some, moment.get(), views, deadline);
      }
    } catch (RpcUnavailable unavailable) {
      String why = sentence(unavailable);
      orders.forEach(terms -> views.putIfAbsent(terms.orderId(), new ChainView.NotSeen(why)));
    }
    return views;
  }

  private void sweep(
      List<OrderTerms> orders, Moment moment, Map<String, ChainView> views, Deadline deadline) {
    List<byte[]> questions =
        orders.stream().map(terms -> EscrowView.escrowOf(terms.key().orElseThrow())).toList();
    List<byte[]> settled =
        provider.calls(registry.contract(), questions, new At.Block(moment.settled()), deadline);
    List<byte[]> latest =
        provider.calls(
            registry.contract(), questions, new At.Block(moment.head().latest().ref()), deadline);
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
        endsLater ? openBefore(settled) : included, included, deadline(now), Optional.empty(), 0);
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
    return agrees ? new Folded.Stands(state(holding.status())) : new Folded.Conflict();
  }

  private static OrderState state(EscrowStatus status) {
    return switch (status) {
      case NONE -> OrderState.CREATED;
      case HELD -> OrderState.PENDING;
      case DISPUTED -> OrderState.DISPUTED;
      case RELEASED -> OrderState.SETTLED;
      case REFUNDED -> OrderState.REFUNDED;
      case CANCELLED -> OrderState.CANCELLED;
    };
  }

  private Optional<Moment> moment(Deadline deadline) {
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

  private String noFinality() {
    return provider.endpoint()
        + " names no "
        + registry.settleOn().text()
        + " block (set settle-on to a number of confirmations if this chain has none)";
  }

  private Optional<EscrowView.Holding> holding(Hash key, BlockRef at, Deadline deadline) {
    return EscrowView.readEscrowOf(
        provider.call(registry.contract(), EscrowView.escrowOf(key), new At.Block(at), deadline));
  }

  private List<EscrowEvent> events(Hash key, Moment moment, Deadline deadline) {
    var filter =
        new LogFilter(
            Set.of(registry.contract()), List.of(registry.profile().topics(), Set.of(key)));
    long from = Math.min(registry.fromBlock(), moment.settled().number());
    var events = new ArrayList<EscrowEvent>();
    for (Log log : provider.logs(from, moment.head().latest().number(), filter, deadline)) {
      if (registry.profile().decode(log) instanceof Decoded.Event(EscrowEvent event)) {
        events.add(event);
      }
    }
    return events;
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

  /** Where events of these kinds lead, whoever's terms they carry. */
  private static Folded kindsLeadTo(List<EscrowEvent> events) {
    Folded folded = Folded.nothing();
    for (EscrowEvent event : events) {
      folded = folded.after(event.kind());
    }
    return folded;
  }

  /** Why the events cannot be all of them: the contract's own storage says otherwise. */
  private Optional<String> omission(Folded events, EscrowStatus storage, BlockRef at) {
    return events.equals(new Folded.Stands(state(storage)))
        ? Optional.empty()
        : Optional.of(
            provider.endpoint()
                + " contradicts itself at block "
                + at
                + ": the contract says "
                + storage
                + ", the events it shows lead to "
                + events.text()
                + " (it leaves logs out, or the contract is another)");
  }

  private static Folded fold(OrderTerms terms, List<EscrowEvent> events, Folded start) {
    Folded folded = start;
    for (EscrowEvent event : events) {
      folded =
          terms.with(event) == Agreement.AGREES
              ? folded.after(event.kind())
              : new Folded.Conflict();
    }
    return folded;
  }

  private static Optional<Instant> deadline(EscrowView.Holding holding) {
    return holding.status() == EscrowStatus.NONE
        ? Optional.empty()
        : Optional.of(holding.deadline());
  }

  /** From the pace since the event's block; nothing while no block stands on it. */
  private static Optional<Duration> finalIn(Moment moment, Header block) {
    Header head = moment.head().latest();
    long since = head.number() - block.number();
    long missing = block.number() - moment.settled().number();
    return since <= 0 || missing <= 0
        ? Optional.empty()
        : Optional.of(
            Duration.between(block.time(), head.time()).dividedBy(since).multipliedBy(missing));
  }

  private static String sentence(RpcUnavailable unavailable) {
    return unavailable.endpoint() + ": " + unavailable.failure().sentence();
  }

  private static Evidence none(String why) {
    return new Evidence.None(new ChainView.NotSeen(why));
  }
}
