package dev.metaops.reconcile;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.order.OrderTerms;
import dev.metaops.reconcile.Storage.Said;
import dev.metaops.rpc.Provider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One node asked about many orders at one moment: what {@link Inspector#inspect} asks of each, in
 * batches, and stricter in one thing: every event has to be under the receipts root of its block.
 * Used once.
 */
final class Inspection {
  /** Keys a question for logs; what providers take at least. */
  private static final int KEYS_AT_ONCE = 500;

  private static final int CALLS_AT_ONCE = 100;

  private final Provider provider;
  private final Registry registry;
  private final Inspector inspector;
  private final Storage storage;
  private final Parts parts;
  private final Map<String, Evidence> evidence = new ConcurrentHashMap<>();

  Inspection(Provider provider, Registry registry, Parts parts) {
    this.provider = provider;
    this.registry = registry;
    this.inspector = new Inspector(provider, registry);
    this.storage = new Storage(provider, registry.escrows());
    this.parts = parts;
  }

  /**
   * By order id; one that was not reached in time says so.
   *
   * @throws dev.metaops.rpc.RpcUnavailable when the node does not say where the chain stands
   */
  Map<String, Evidence> of(List<Wanted> orders) {
    Optional<Moment> moment = inspector.moment(parts.deadline());
    if (moment.isEmpty()) {
      without(orders, inspector.noFinality());
    } else {
      read(orders, moment.get());
    }
    return Map.copyOf(evidence);
  }

  private void without(List<Wanted> orders, String why) {
    orders.forEach(order -> evidence.put(order.id(), Inspector.none(why)));
  }

  private void read(List<Wanted> orders, Moment moment) {
    List<Wanted> asked = new ArrayList<>();
    for (Wanted order : orders) {
      inspector
          .unasked(order.terms())
          .ifPresentOrElse(why -> without(List.of(order), why), () -> asked.add(order));
    }
    Map<String, Search.Trace> traces = traces(asked, moment.latest());
    List<Wanted> located = new ArrayList<>();
    for (Wanted order : asked) {
      Optional.ofNullable(traces.get(order.id()))
          .ifPresent(trace ->
              located.add(
                  new Wanted(
                      inspector.located(order.terms(), trace.events()), order.lostEvents())));
    }
    Map<String, Said> then = storage(located, moment.settled());
    Map<String, Said> now = storage(located, moment.latest());
    List<Inspector.Read> read = new ArrayList<>();
    for (Wanted order : located) {
      Optional<Said> settled = Optional.ofNullable(then.get(order.id()));
      Optional<Said> latest = Optional.ofNullable(now.get(order.id()));
      Optional<Search.Trace> trace = Optional.ofNullable(traces.get(order.id()));
      if (settled.isPresent() && latest.isPresent() && trace.isPresent()) {
        read.add(
            new Inspector.Read(
                order.terms(), order.lostEvents(), trace.get(), settled.get(), latest.get()));
      }
    }
    weigh(read, moment);
  }

  private Map<String, Search.Trace> traces(List<Wanted> orders, BlockRef latest) {
    Search search = new Search(provider, registry.escrows());
    Map<String, Search.Trace> traces = new ConcurrentHashMap<>();
    parts.ask(
        "orders' events",
        Parts.of(orders, KEYS_AT_ONCE),
        some -> {
          Map<Hash, Search.Trace> found =
              search.of(
                  some.stream().map(Wanted::terms).toList(), latest.number(), parts.deadline());
          some.forEach(order ->
              traces.put(
                  order.id(),
                  found.getOrDefault(order.terms().key().orElseThrow(), Search.Trace.empty())));
        },
        this::without);
    return traces;
  }

  /** What the contracts' own storage says at this block; orders without an answer are missing. */
  private Map<String, Said> storage(List<Wanted> orders, BlockRef block) {
    Map<Address, List<Wanted>> byContract = new LinkedHashMap<>();
    for (Wanted order : orders) {
      byContract
          .computeIfAbsent(storage.contract(order.terms()), _ -> new ArrayList<>())
          .add(order);
    }
    List<List<Wanted>> all = new ArrayList<>();
    byContract.values().forEach(some -> all.addAll(Parts.of(some, CALLS_AT_ONCE)));
    Map<String, Said> said = new ConcurrentHashMap<>();
    parts.ask(
        "orders in storage",
        all,
        some -> {
          List<OrderTerms> terms = some.stream().map(Wanted::terms).toList();
          List<Said> answers = storage.all(terms, block, parts.deadline());
          for (int at = 0; at < some.size(); at++) {
            said.put(some.get(at).id(), answers.get(at));
          }
        },
        this::without);
    return said;
  }

  private void weigh(List<Inspector.Read> read, Moment moment) {
    BlockProofs proofs = new BlockProofs(provider);
    List<EscrowEvent> events = read.stream().flatMap(one -> one.trace().events().stream()).toList();
    proofs.read(events, parts);
    Optional<Instant> moved =
        events.stream().anyMatch(event -> event.log().block().number() > moment.settled().number())
            ? inspector.finalityMoved(moment, parts.deadline())
            : Optional.empty();
    // Where each order has a contract of its own, that is asked once more for each.
    parts.ask(
        "orders",
        Parts.of(read, registry.escrows().profile().isContractPerOrder() ? 1 : KEYS_AT_ONCE),
        some ->
            some.forEach(one ->
                evidence.put(
                    one.terms().orderId(),
                    inspector.weighed(one, moment, proofs::doubt, () -> moved, parts.deadline()))),
        (some, why) ->
            some.forEach(one -> evidence.put(one.terms().orderId(), Inspector.none(why))));
  }
}
