package dev.metaops.reconcile;

import dev.metaops.chain.BlockRef;
import dev.metaops.order.ChainView;
import dev.metaops.order.OrderTerms;
import dev.metaops.rpc.Heard;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.Purpose;
import dev.metaops.rpc.Question;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Asks all configured nodes about orders, side by side, as an {@link Inspector} asks each.
 * Thread-safe.
 */
public final class Inquiry {
  /** Of several nodes one that hangs leaves some of the time to what comes after. */
  private static final int OF_THREE_PARTS = 2;

  /** Orders the nodes tell apart that are looked into one by one, of one list. */
  private static final int MOST_DISPUTED = 20;

  /** Questions of one inspection that wait for an answer at once, of all nodes together. */
  private static final int MOST_IN_FLIGHT = 16;

  private static final int SWEPT_AT_ONCE = 500;

  /** Parts of a sweep side by side: each asks every node. */
  private static final int SWEEPS_IN_FLIGHT = 4;

  /** A node further behind the best than this is left out of a comparison. */
  private static final long MOST_BEHIND = 32;

  private final Providers providers;
  private final Registry registry;

  public Inquiry(Providers providers, Registry registry) {
    this.providers = providers;
    this.registry = registry;
  }

  private Inspector inspector(Provider provider) {
    return new Inspector(provider, registry);
  }

  private <T> List<Heard<T>> asked(Question<T> question, Deadline deadline) {
    Duration share =
        providers.all().size() == 1
            ? deadline.remaining()
            : deadline.remaining().multipliedBy(OF_THREE_PARTS).dividedBy(3);
    return providers.askAll(Purpose.VERDICT, question, deadline.atMost(share));
  }

  /** Everything the nodes say of one order. Never throws for a node's failure: that is None. */
  public Testimony inspect(OrderTerms terms, int lostEvents, Deadline deadline) {
    return Testimony.of(
        asked(
                (provider, within) -> inspector(provider).inspect(terms, lostEvents, within),
                deadline)
            .stream()
            .map(Inquiry::answered)
            .toList());
  }

  /**
   * As {@link #inspect}, of many orders at one moment, in batches side by side; and every event has
   * to be under the receipts root of its block. By order id, all of them.
   */
  public Map<String, Testimony> inspectAll(
      List<Wanted> orders, Progress progress, Deadline deadline) {
    int width = Math.max(1, MOST_IN_FLIGHT / providers.all().size());
    List<Heard<Map<String, Evidence>>> heard =
        asked(
            (provider, within) ->
                new Inspection(
                        provider,
                        registry,
                        new Parts(provider.endpoint().toString(), width, progress, within))
                    .of(orders),
            deadline);
    Map<String, Testimony> testimonies = new LinkedHashMap<>();
    for (Wanted order : orders) {
      testimonies.put(
          order.id(), Testimony.of(heard.stream().map(one -> answered(one, order)).toList()));
    }
    return testimonies;
  }

  private static Testimony.Answered answered(Heard<Map<String, Evidence>> heard, Wanted order) {
    return answered(
        switch (heard) {
          case Heard.Said<Map<String, Evidence>>(Provider by, Map<String, Evidence> evidence) ->
              new Heard.Said<>(
                  by, evidence.getOrDefault(order.id(), Inspector.none("not reached in time")));
          case Heard.Silent<Map<String, Evidence>>(Provider by, RpcFailure why) ->
              new Heard.Silent<>(by, why);
        });
  }

  private static Testimony.Answered answered(Heard<Evidence> heard) {
    String provider = heard.by().endpoint().toString();
    return switch (heard) {
      case Heard.Said<Evidence>(Provider _, Evidence evidence) ->
          new Testimony.Answered(provider, evidence);
      case Heard.Silent<Evidence>(Provider _, RpcFailure why) ->
          new Testimony.Answered(
              provider, new Evidence.None(new ChainView.NotSeen(provider + ": " + why.sentence())));
    };
  }

  /**
   * What one sweep came to.
   *
   * @param latest the block the contracts were asked at; empty when no node could be asked
   * @param without nodes whose word is missing, each with its reason
   */
  public record Swept(
      Map<String, ChainView> views, Optional<BlockRef> latest, Map<String, String> without) {}

  /** As {@link Inspector#sweep}. */
  public Map<String, ChainView> sweep(List<OrderTerms> orders, Deadline deadline) {
    return swept(orders, deadline).views();
  }

  /** The same, in parts side by side. */
  public Map<String, ChainView> sweepAll(List<OrderTerms> orders, Deadline deadline) {
    Map<String, ChainView> views = new ConcurrentHashMap<>();
    List<Runnable> sweeps = new ArrayList<>();
    for (List<OrderTerms> some : Parts.of(orders, SWEPT_AT_ONCE)) {
      sweeps.add(() -> views.putAll(sweep(some, deadline)));
    }
    Lanes.run(SWEEPS_IN_FLIGHT, sweeps);
    return Map.copyOf(views);
  }

  /**
   * As {@link Inspector#swept}, of the node that is furthest; orders of which another says
   * something else are looked into with every node.
   */
  public Swept swept(List<OrderTerms> orders, Deadline deadline) {
    if (providers.all().size() == 1) {
      Provider only = providers.all().getFirst();
      Inspector.Swept swept = inspector(only).swept(orders, deadline);
      return new Swept(swept.views(), swept.latest(), Map.of());
    }
    Map<String, String> without = new LinkedHashMap<>();
    List<Answered> answers = new ArrayList<>();
    for (Heard<Inspector.Swept> heard :
        asked((provider, within) -> inspector(provider).swept(orders, within), deadline)) {
      String name = heard.by().endpoint().toString();
      switch (heard) {
        case Heard.Said<Inspector.Swept>(Provider _, Inspector.Swept swept)
            when swept.latest().isPresent() ->
            answers.add(new Answered(name, swept.latest().get(), swept.views()));
        case Heard.Said<Inspector.Swept>(Provider _, Inspector.Swept swept) ->
            without.put(name, Word.without(name, why(swept)));
        case Heard.Silent<Inspector.Swept>(Provider _, RpcFailure why) ->
            without.put(name, why.sentence());
      }
    }
    Optional<Answered> furthest =
        answers.stream().max(Comparator.comparingLong(answered -> answered.latest().number()));
    if (furthest.isEmpty()) {
      return new Swept(silent(orders, without), Optional.empty(), without);
    }
    long latest = furthest.get().latest().number();
    List<Answered> others = new ArrayList<>();
    for (Answered answered : answers) {
      if (latest - answered.latest().number() > MOST_BEHIND) {
        without.put(
            answered.provider(),
            "behind: its head is block " + answered.latest().number() + ", another's " + latest);
      } else if (!answered.equals(furthest.get())) {
        others.add(answered);
      }
    }
    return new Swept(
        held(orders, furthest.get(), others, deadline),
        Optional.of(furthest.get().latest()),
        without);
  }

  /** What a node said of many orders. */
  private record Answered(String provider, BlockRef latest, Map<String, ChainView> views) {
    /** Empty where it did not look. */
    Optional<ChainView.Seen> of(OrderTerms terms) {
      return views.get(terms.orderId()) instanceof ChainView.Seen seen
          ? Optional.of(seen)
          : Optional.empty();
    }
  }

  private static Map<String, ChainView> silent(
      List<OrderTerms> orders, Map<String, String> without) {
    String why =
        without.entrySet().stream()
            .map(entry -> entry.getKey() + ": " + entry.getValue())
            .collect(Collectors.joining("; "));
    Map<String, ChainView> views = new LinkedHashMap<>();
    orders.forEach(terms -> views.put(terms.orderId(), new ChainView.NotSeen(why)));
    return views;
  }

  private Map<String, ChainView> held(
      List<OrderTerms> orders, Answered furthest, List<Answered> others, Deadline deadline) {
    Map<String, ChainView> views = new LinkedHashMap<>();
    int disputed = 0;
    for (OrderTerms terms : orders) {
      Optional<ChainView.Seen> own = furthest.of(terms);
      List<ChainView.Seen> theirs =
          others.stream().flatMap(other -> other.of(terms).stream()).toList();
      if (own.isEmpty()) {
        theirs.stream()
            .findFirst()
            .<ChainView>map(seen -> seen)
            .or(() -> Optional.ofNullable(furthest.views().get(terms.orderId())))
            .ifPresent(view -> views.put(terms.orderId(), view));
      } else if (theirs.stream().allMatch(seen -> saysTheSame(seen, own.get()))) {
        views.put(terms.orderId(), own.get());
      } else if (++disputed <= MOST_DISPUTED && !deadline.hasPassed()) {
        views.put(terms.orderId(), inspect(terms, 0, deadline).evidence().view());
      } else {
        views.put(
            terms.orderId(), new ChainView.NotSeen("the providers say different things of it"));
      }
    }
    return views;
  }

  private static boolean saysTheSame(ChainView.Seen one, ChainView.Seen other) {
    return one.settled().equals(other.settled()) && one.included().equals(other.included());
  }

  private static String why(Inspector.Swept swept) {
    return swept.views().values().stream()
        .map(view -> view instanceof ChainView.NotSeen(String why) ? why : "")
        .findFirst()
        .orElse("it names no block");
  }
}
