package dev.metaops.rpc;

import dev.metaops.chain.ChainHead;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All configured nodes of one chain, asked as one. The fittest is asked: of the right chain, not
 * caught lying, not behind, answering well and fast; another when it fails or takes long. A single
 * node is asked on the caller's own thread. Thread-safe.
 */
public final class Providers {
  /** More than any venue pays for; every one of them may be asked at once. */
  public static final int MOST = 16;

  /**
   * When a second node is asked because the first takes longer than it usually does.
   *
   * @param hedgeAtLeast the shortest wait
   * @param hedgeAtMost the longest wait, and the wait for a node that has not answered yet
   * @param hedgesInHundred how many of a hundred questions may be asked a second time; 0 for none
   */
  public record Pace(Duration hedgeAtLeast, Duration hedgeAtMost, int hedgesInHundred) {
    public static final Pace STEADY = new Pace(Duration.ofMillis(30), Duration.ofSeconds(2), 10);

    /** Another node is asked only when one fails, or has had its share of the time. */
    public static final Pace UNHEDGED = new Pace(Duration.ZERO, Duration.ZERO, 0);
  }

  private final List<Node> nodes;
  private final Hedges hedges;
  private final Consumer<Noticed> listener;
  private final Object lock = new Object();
  private Optional<Long> chainId;
  private long highest = -1;
  private @Nullable Node leastGuilty;

  private Providers(
      List<Node> nodes, Optional<Long> chainId, Pace pace, Consumer<Noticed> listener) {
    this.nodes = nodes;
    this.chainId = chainId;
    this.hedges = new Hedges(pace);
    this.listener = listener;
  }

  /**
   * These nodes, from 1 to {@link #MOST}, the preferred ones first.
   *
   * @param chainId the chain they have to belong to, when it is known; each is asked once
   * @param listener hears, on the thread that finds out, what somebody should know
   */
  public static Providers of(
      List<Provider> nodes,
      Optional<Long> chainId,
      Pace pace,
      Consumer<Noticed> listener,
      Ticker ticker) {
    if (nodes.isEmpty() || nodes.size() > MOST) {
      throw new IllegalArgumentException("nodes: " + nodes.size() + " (expected: 1-" + MOST + ")");
    }
    return new Providers(
        nodes.stream().map(node -> new Node(node, listener, ticker)).toList(),
        chainId,
        pace,
        listener);
  }

  /** One node, of whatever chain, with nobody who listens. */
  public static Providers of(Provider node, Ticker ticker) {
    return of(List.of(node), Optional.empty(), Pace.UNHEDGED, _ -> {}, ticker);
  }

  /** In the order they were given. */
  public List<Provider> all() {
    return nodes.stream().map(Node::provider).toList();
  }

  /** From now on the nodes have to belong to this chain. */
  public void expectChain(long expected) {
    synchronized (lock) {
      if (chainId.equals(Optional.of(expected))) {
        return;
      }
      chainId = Optional.of(expected);
    }
    nodes.forEach(Node::forgetChain);
  }

  /**
   * The answer of the fittest node that has one.
   *
   * @throws RpcUnavailable the fittest's, with the others' suppressed in it, when none answers
   */
  public <T> Told<T> ask(Purpose purpose, Question<T> question, Deadline deadline) {
    List<Node> order = order();
    hedges.asked();
    if (order.size() == 1) {
      return alone(order.getFirst(), question, purpose, deadline);
    }
    Race<T> race = new Race<>(order, question, purpose, chainId(), deadline);
    return race.first(_ -> true, hedges).orElseThrow(race::unavailable);
  }

  /**
   * Where the chain stands; never lower than told before, unless every node that answers is lower:
   * then the highest of them, and the listener hears of it. Its {@code safe} and {@code finalized}
   * blocks are as that node says.
   *
   * @throws RpcUnavailable when none answers
   */
  public Told<ChainHead> head(Purpose purpose, Deadline deadline) {
    List<Node> order = order();
    hedges.asked();
    long before = highest();
    if (order.size() == 1) {
      return told(alone(order.getFirst(), Provider::head, purpose, deadline), before, List.of());
    }
    Question<ChainHead> watched =
        (provider, within) -> {
          ChainHead head = provider.head(within);
          long number = head.latest().number();
          node(provider).showed(number, Math.max(before, number));
          return head;
        };
    Race<ChainHead> race = new Race<>(order, watched, purpose, chainId(), deadline);
    Told<ChainHead> told =
        race.first(head -> head.latest().number() >= before, hedges)
            .or(() -> race.unusable().stream().max(Comparator.comparingLong(Providers::number)))
            .orElseThrow(race::unavailable);
    return told(told, before, race.silent());
  }

  private static long number(Told<ChainHead> told) {
    return told.value().latest().number();
  }

  private Told<ChainHead> told(Told<ChainHead> told, long before, List<Provider> silent) {
    long number = number(told);
    synchronized (lock) {
      highest = highest == before ? number : Math.max(highest, number);
    }
    node(told.by()).showed(number, number);
    if (number < before) {
      listener.accept(new Noticed.HeadWentBack(before, number, told.by(), silent));
    }
    return told;
  }

  /**
   * What every node says, in their order; those that are slow, of another chain or in quarantine
   * are silent, but for the least guilty when all are in quarantine. All are asked at once and none
   * holds up the others beyond the deadline.
   */
  public <T> List<Heard<T>> askAll(Purpose purpose, Question<T> question, Deadline deadline) {
    tellReturned();
    Optional<Node> pardoned =
        nodes.stream().allMatch(node -> shunned(node).isPresent())
            ? leastGuilty()
            : Optional.empty();
    Function<Node, Heard<T>> asking =
        node ->
            pardoned.equals(Optional.of(node))
                ? asked(node, question, purpose, deadline)
                : heard(node, question, purpose, deadline);
    return nodes.size() == 1
        ? List.of(asking.apply(nodes.getFirst()))
        : new Poll<>(nodes, asking).until(deadline);
  }

  /** {@link #askAll} with those in quarantine: for who weighs what a liar says. */
  public <T> List<Heard<T>> askEvery(Purpose purpose, Question<T> question, Deadline deadline) {
    tellReturned();
    Function<Node, Heard<T>> asking = node -> asked(node, question, purpose, deadline);
    return nodes.size() == 1
        ? List.of(asking.apply(nodes.getFirst()))
        : new Poll<>(nodes, asking).until(deadline);
  }

  /** Whether it was caught lying, and its time is not over. */
  public boolean isInQuarantine(Provider provider) {
    return node(provider).standing() instanceof Standing.Quarantined;
  }

  private <T> Heard<T> heard(Node node, Question<T> question, Purpose purpose, Deadline deadline) {
    Provider provider = node.provider();
    Optional<RpcFailure> shunned = shunned(node);
    return shunned.isPresent()
        ? new Heard.Silent<>(provider, shunned.get())
        : asked(node, question, purpose, deadline);
  }

  private <T> Heard<T> asked(Node node, Question<T> question, Purpose purpose, Deadline deadline) {
    Provider provider = node.provider();
    try {
      return new Heard.Said<>(provider, node.ask(question, purpose, chainId(), deadline));
    } catch (RpcUnavailable unavailable) {
      return new Heard.Silent<>(provider, unavailable.failure());
    }
  }

  private static Optional<RpcFailure> shunned(Node node) {
    return switch (node.standing()) {
      case Standing.Quarantined quarantined ->
          Optional.of(new RpcFailure.Quarantined(quarantined.sentence()));
      case Standing.WrongChain(long expected, long got) ->
          node.isOfAnotherChain()
              ? Optional.of(new RpcFailure.WrongChain(expected, got))
              : Optional.empty();
      case Standing.Fit _, Standing.Lagging _, Standing.Failing _ -> Optional.empty();
    };
  }

  /** {@link #askAll} for where the chain stands; what each lags behind the best is remembered. */
  public List<Heard<ChainHead>> heads(Purpose purpose, Deadline deadline) {
    List<Heard<ChainHead>> heads = askAll(purpose, Provider::head, deadline);
    long best = -1;
    for (Heard<ChainHead> heard : heads) {
      if (heard instanceof Heard.Said<ChainHead>(_, ChainHead head)) {
        best = Math.max(best, head.latest().number());
      }
    }
    synchronized (lock) {
      highest = Math.max(highest, best);
    }
    for (Heard<ChainHead> heard : heads) {
      if (heard instanceof Heard.Said<ChainHead>(Provider by, ChainHead head)) {
        node(by).showed(head.latest().number(), best);
      }
    }
    return heads;
  }

  private <T> Told<T> alone(Node node, Question<T> question, Purpose purpose, Deadline deadline) {
    return new Told<>(node.ask(question, purpose, chainId(), deadline), node.provider());
  }

  /**
   * It said what cannot be true. It is not asked for 10 minutes, doubled each further time up to a
   * day, and then again.
   */
  public void caught(Provider liar, Lie lie) {
    node(liar).caught(lie.without(liar.endpoint()));
  }

  /**
   * They stand as they would if this process had caught them: who is still in quarantine is not
   * asked. Call before anything is asked. The listener hears of nobody twice.
   *
   * @param past in any order; lies of nodes that are not ours are left out
   */
  public void remember(List<PastLie> past) {
    List<PastLie> oldestFirst =
        past.stream().sorted(Comparator.comparing(PastLie::ago).reversed()).toList();
    for (Node node : nodes) {
      String name = node.provider().endpoint().toString();
      oldestFirst.stream().filter(lie -> lie.node().equals(name)).forEach(node::remember);
    }
  }

  /** In the order of {@link #all}. */
  public List<Scorecard> scorecards() {
    tellReturned();
    return nodes.stream().map(Node::scorecard).toList();
  }

  /** Who may be asked, the fittest first; of equals the one configured first. */
  private List<Node> order() {
    tellReturned();
    if (nodes.size() == 1 && shunned(nodes.getFirst()).isEmpty()) {
      return nodes;
    }
    record Ranked(Node node, int unfitness) {}
    List<Node> fit =
        nodes.stream()
            .filter(node -> shunned(node).isEmpty())
            .map(node -> new Ranked(node, node.unfitness()))
            .sorted(Comparator.comparingInt(Ranked::unfitness))
            .map(Ranked::node)
            .toList();
    Optional<Node> least = fit.isEmpty() ? leastGuilty() : Optional.empty();
    tellAllInQuarantine(least.orElse(null));
    return !fit.isEmpty() ? fit : least.map(List::of).orElse(nodes);
  }

  private Optional<Node> leastGuilty() {
    return nodes.stream()
        .filter(node -> node.standing() instanceof Standing.Quarantined)
        .min(Comparator.comparingLong(Node::guilt));
  }

  private void tellAllInQuarantine(@Nullable Node asked) {
    synchronized (lock) {
      if (asked == leastGuilty) {
        return;
      }
      leastGuilty = asked;
    }
    if (asked != null) {
      listener.accept(new Noticed.AllInQuarantine(asked.provider()));
    }
  }

  private void tellReturned() {
    nodes.forEach(Node::tellReturn);
  }

  private Node node(Provider provider) {
    for (Node node : nodes) {
      if (node.provider().isSameNode(provider)) {
        return node;
      }
    }
    throw new IllegalArgumentException("node: " + provider.endpoint() + " (expected: one of ours)");
  }

  private Optional<Long> chainId() {
    synchronized (lock) {
      return chainId;
    }
  }

  private long highest() {
    synchronized (lock) {
      return highest;
    }
  }
}
