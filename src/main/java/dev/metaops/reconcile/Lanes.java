package dev.metaops.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does things side by side, so many at a time, each on a virtual thread of its own. */
final class Lanes {
  private Lanes() {}

  /**
   * Returns when all are done, or when the caller is interrupted: then some were not begun. What
   * one of them throws is thrown on, after the others.
   *
   * @param width how many at a time, from 1
   */
  static void run(int width, List<Runnable> tasks) {
    if (width == 1 || tasks.size() < 2) {
      tasks.forEach(Runnable::run);
      return;
    }
    List<Callable<Object>> all = new ArrayList<>(tasks.size());
    tasks.forEach(task -> all.add(Executors.callable(task)));
    try (ExecutorService lanes =
        Executors.newFixedThreadPool(
            Math.min(width, tasks.size()), Thread.ofVirtual().name("lane/", 0).factory())) {
      for (Future<Object> done : lanes.invokeAll(all)) {
        Object _ = done.get();
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException broken) {
      if (broken.getCause() instanceof RuntimeException itself) {
        throw itself;
      }
      throw new IllegalStateException(broken.getCause());
    }
  }
}
