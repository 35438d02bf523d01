package dev.metaops.deployment;

import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** The same question to several, each on a thread of its own. */
final class SideBySide {
  /** Who keeps the deadline still needs a moment to say so. */
  private static final Duration GRACE = Duration.ofMillis(150);

  private SideBySide() {}

  /**
   * Answers in the order of {@code all}, soon after the deadline at the latest.
   *
   * @param without what stands for an answer that did not come: given why
   */
  static <A, B> List<B> ask(
      List<A> all, Function<A, B> question, Deadline deadline, Without<A, B> without) {
    List<FutureTask<B>> tasks = new ArrayList<>();
    for (A each : all) {
      FutureTask<B> task = new FutureTask<>(() -> question.apply(each));
      Thread.ofVirtual().name("ask").start(task);
      tasks.add(task);
    }
    List<B> answers = new ArrayList<>();
    for (int at = 0; at < all.size(); at++) {
      answers.add(answer(all.get(at), tasks.get(at), deadline, without));
    }
    return List.copyOf(answers);
  }

  /** What stands for a missing answer. */
  @FunctionalInterface
  interface Without<A, B> {
    B answer(A asked, String why);
  }

  private static <A, B> B answer(
      A asked, FutureTask<B> task, Deadline deadline, Without<A, B> without) {
    try {
      return task.get(deadline.remaining().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException hung) {
      task.cancel(true);
      return without.answer(asked, "no answer in time");
    } catch (ExecutionException defect) {
      if (defect.getCause() instanceof RuntimeException own) {
        throw own;
      }
      throw new IllegalStateException(defect);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return without.answer(asked, "not asked to the end, we are stopping");
    }
  }
}
