package dev.metaops.rpc;

import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One question to several nodes, the fittest first: the next is asked when one fails, or takes
 * longer than it usually does. The first usable answer ends the others. Used once, by one thread.
 */
final class Race<T> {
  /** A call that ends with its deadline needs a moment to say so. */
  static final Duration GRACE = Duration.ofMillis(500);

  /** What one node did. */
  sealed interface Finish<T> {
    record Said<T>(T value) implements Finish<T> {}

    record Failed<T>(RpcFailure failure) implements Finish<T> {}

    /** Our own mistake. */
    record Broke<T>(RuntimeException mistake) implements Finish<T> {}
  }

  private record Finished<T>(Node node, Finish<T> what) {}

  private final List<Node> order;
  private final Question<T> question;
  private final Purpose purpose;
  private final Optional<Long> chainId;
  private final Deadline deadline;
  private final BlockingQueue<Finished<T>> finished = new LinkedBlockingQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<Told<T>> unusable = new ArrayList<>();
  private final Map<Node, RpcFailure> failures = new HashMap<>();

  Race(
      List<Node> order,
      Question<T> question,
      Purpose purpose,
      Optional<Long> chainId,
      Deadline deadline) {
    this.order = order;
    this.question = question;
    this.purpose = purpose;
    this.chainId = chainId;
    this.deadline = deadline;
  }

  /** The first usable answer; empty when every node failed or said something unusable. */
  Optional<Told<T>> first(Predicate<T> isUsable, Hedges hedges) {
    try {
      start();
      while (failures.size() + unusable.size() < threads.size()) {
        Optional<Finished<T>> next = next(hedges);
        if (next.isEmpty()) {
          continue;
        }
        Node node = next.get().node();
        switch (next.get().what()) {
          case Finish.Said<T>(T value) -> {
            Told<T> told = new Told<>(value, node.provider());
            if (isUsable.test(value)) {
              return Optional.of(told);
            }
            unusable.add(told);
            startNext();
          }
          case Finish.Failed<T>(RpcFailure failure) -> {
            failures.put(node, failure);
            if (failure instanceof RpcFailure.Reverted) {
              throw new RpcUnavailable(node.provider().endpoint(), failure);
            }
            startNext();
          }
          case Finish.Broke<T>(RuntimeException mistake) -> throw mistake;
        }
      }
      return Optional.empty();
    } finally {
      threads.forEach(Thread::interrupt);
    }
  }

  /** Answers that were not usable, in the order they came. */
  List<Told<T>> unusable() {
    return List.copyOf(unusable);
  }

  /** Nodes that gave no answer. */
  List<Provider> silent() {
    return failures.keySet().stream().map(Node::provider).toList();
  }

  /** Why the fittest gave none; the others' reasons stand behind it. */
  RpcUnavailable unavailable() {
    RpcUnavailable fittest = null;
    for (Node node : order) {
      @Nullable RpcFailure failure = failures.get(node);
      if (failure == null) {
        continue;
      }
      RpcUnavailable one = new RpcUnavailable(node.provider().endpoint(), failure);
      if (fittest == null) {
        fittest = one;
      } else {
        fittest.addSuppressed(one);
      }
    }
    if (fittest == null) {
      throw new IllegalStateException("no node failed");
    }
    return fittest;
  }

  /** Empty when the time is up in which it should have come; then the next node has been asked. */
  private Optional<Finished<T>> next(Hedges hedges) {
    int left = order.size() - threads.size();
    if (left == 0) {
      return waited(deadline.remaining().plus(GRACE)).or(this::late);
    }
    Node last = order.get(threads.size() - 1);
    Duration share = deadline.remaining().dividedBy(left + 1L);
    Optional<Duration> hedge = hedges.delay(last, purpose).filter(own -> own.compareTo(share) < 0);
    Optional<Finished<T>> come = waited(hedge.orElse(share));
    if (come.isEmpty()) {
      if (hedge.isPresent()) {
        hedges.spend();
        order.get(threads.size()).hedges();
      }
      startNext();
    }
    return come;
  }

  /** Only a question that does not heed its deadline gets here. */
  private Optional<Finished<T>> late() {
    for (Node node : order) {
      boolean isOpen =
          !failures.containsKey(node)
              && unusable.stream().noneMatch(told -> told.by() == node.provider());
      if (isOpen) {
        return Optional.of(
            new Finished<>(
                node, new Finish.Failed<>(new RpcFailure.NoAnswer(deadline.remaining()))));
      }
    }
    return Optional.empty();
  }

  private Optional<Finished<T>> waited(Duration atMost) {
    try {
      return Optional.ofNullable(finished.poll(atMost.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new RpcUnavailable(order.getFirst().provider().endpoint(), new RpcFailure.Stopped());
    }
  }

  private void startNext() {
    if (threads.size() < order.size()) {
      start();
    }
  }

  private void start() {
    Node node = order.get(threads.size());
    threads.add(
        Thread.ofVirtual()
            .name("rpc/ask/" + node.provider().endpoint().name())
            .start(() -> finished.add(new Finished<>(node, finish(node)))));
  }

  private Finish<T> finish(Node node) {
    return finish(node, question, purpose, chainId, deadline);
  }

  /** Asks one node, whatever comes of it. */
  static <T> Finish<T> finish(
      Node node, Question<T> question, Purpose purpose, Optional<Long> chainId, Deadline deadline) {
    try {
      return new Finish.Said<>(node.ask(question, purpose, chainId, deadline));
    } catch (RpcUnavailable unavailable) {
      return new Finish.Failed<>(unavailable.failure());
    } catch (RuntimeException mistake) {
      return new Finish.Broke<>(mistake);
    }
  }
}
