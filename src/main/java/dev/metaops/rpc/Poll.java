package dev.metaops.rpc;

import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** One question to all nodes at once. Used once, by one thread. */
final class Poll<T> {
  private final List<Node> nodes;
  private final Function<Node, Heard<T>> asking;

  Poll(List<Node> nodes, Function<Node, Heard<T>> asking) {
    this.nodes = nodes;
    this.asking = asking;
  }

  /** One for each node, in their order. */
  List<Heard<T>> until(Deadline deadline) {
    Duration allowed = deadline.remaining();
    List<FutureTask<Heard<T>>> tasks = new ArrayList<>();
    for (Node node : nodes) {
      FutureTask<Heard<T>> task = new FutureTask<>(() -> asking.apply(node));
      Thread.ofVirtual().name("rpc/all/" + node.provider().endpoint().name()).start(task);
      tasks.add(task);
    }
    try {
      List<Heard<T>> heard = new ArrayList<>();
      for (int at = 0; at < nodes.size(); at++) {
        heard.add(outcome(nodes.get(at).provider(), tasks.get(at), deadline, allowed));
      }
      return List.copyOf(heard);
    } finally {
      tasks.forEach(task -> task.cancel(true));
    }
  }

  private Heard<T> outcome(
      Provider provider, FutureTask<Heard<T>> task, Deadline deadline, Duration allowed) {
    try {
      return task.get(deadline.remaining().plus(Race.GRACE).toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      return new Heard.Silent<>(provider, new RpcFailure.NoAnswer(allowed));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new RpcUnavailable(provider.endpoint(), new RpcFailure.Stopped());
    } catch (ExecutionException broken) {
      throw new IllegalStateException("asking " + provider.endpoint(), broken.getCause());
    }
  }
}
