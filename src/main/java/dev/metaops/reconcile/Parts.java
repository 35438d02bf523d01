package dev.metaops.reconcile;

import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Asks one node about many things in parts, some parts side by side. A part without an answer costs
 * its own things only; after some of them the node is left in peace. Thread-safe.
 *
 * @param node as it is shown
 * @param width parts in flight at once, from 1
 */
record Parts(String node, int width, Progress progress, Deadline deadline) {
  /** Failed parts after which no further one is asked for. */
  private static final int MOST_FAILED = 3;

  private static final String LATE = "not reached in time";

  /** Consecutive stretches of a list, of so many things at most. */
  static <T> List<List<T>> of(List<T> things, int most) {
    List<List<T>> parts = new ArrayList<>();
    for (int from = 0; from < things.size(); from += most) {
      parts.add(things.subList(from, Math.min(things.size(), from + most)));
    }
    return parts;
  }

  /**
   * Returns when every part was asked about or given up.
   *
   * @param what the things, in the plural
   * @param ask called on several threads
   * @param without the things of a part that has no answer, and why; called on several threads
   */
  <T> void ask(
      String what,
      List<List<T>> parts,
      Consumer<List<T>> ask,
      BiConsumer<List<T>, String> without) {
    AtomicInteger failed = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    AtomicReference<String> last = new AtomicReference<>(LATE);
    int of = parts.stream().mapToInt(List::size).sum();
    List<Runnable> tasks = new ArrayList<>(parts.size());
    for (List<T> part : parts) {
      tasks.add(() -> {
        if (deadline.hasPassed() || failed.get() >= MOST_FAILED) {
          without.accept(part, last.get());
          return;
        }
        try {
          ask.accept(part);
          progress.reached(node, what, done.addAndGet(part.size()), of);
        } catch (RpcUnavailable unavailable) {
          String why = unavailable.endpoint() + ": " + unavailable.failure().sentence();
          last.set(why);
          failed.incrementAndGet();
          without.accept(part, why);
        }
      });
    }
    Lanes.run(width, tasks);
  }
}
