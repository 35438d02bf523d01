package dev.metaops.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What has to be undone, the last first, once: by whoever closes the world, or by the process when
 * it is told to end. Thread-safe; a second caller waits for the first.
 */
final class Takedown implements AutoCloseable {
  /** Undoes one thing; the others are undone whatever it throws. */
  @FunctionalInterface
  interface Step {
    void undo() throws Exception;
  }

  private final Deque<Step> steps = new ArrayDeque<>();
  private volatile boolean endsWithProcess;
  private boolean done;

  /** Also runs when the process ends by Ctrl-C, SIGTERM or SIGHUP. */
  static Takedown atEndOfProcess() {
    var takedown = new Takedown();
    Runtime.getRuntime().addShutdownHook(new Thread(takedown::endOfProcess, "demo/takedown"));
    return takedown;
  }

  private void endOfProcess() {
    endsWithProcess = true;
    close();
  }

  /** Whether the process is on its way out: what fails meanwhile is no failure. */
  boolean endsWithProcess() {
    return endsWithProcess;
  }

  /** Undoes at once when everything else has been undone already. */
  synchronized void later(Step step) {
    if (done) {
      undo(step);
    } else {
      steps.push(step);
    }
  }

  @Override
  public synchronized void close() {
    done = true;
    while (!steps.isEmpty()) {
      undo(steps.pop());
    }
  }

  private static void undo(Step step) {
    try {
      step.undo();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      // The next start finds what is left and removes it.
      System.getLogger(Takedown.class.getName()).log(System.Logger.Level.DEBUG, "left behind", e);
    }
  }
}
