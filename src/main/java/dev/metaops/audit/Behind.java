package dev.metaops.audit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Does work in another thread, piece after piece, while the caller prepares the next; at most two
 * pieces wait. For one caller.
 */
final class Behind implements AutoCloseable {
  private static final int MOST = 2;

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("audit-hash").factory());
  private final Deque<Future<?>> pieces = new ArrayDeque<>();

  /** After everything given before. Waits while too much waits. */
  void then(Runnable piece) {
    while (pieces.size() > MOST) {
      done(pieces.removeFirst());
    }
    pieces.addLast(thread.submit(piece));
  }

  /** Until everything is done; what it did can be read afterwards. */
  void await() {
    while (!pieces.isEmpty()) {
      done(pieces.removeFirst());
    }
  }

  private static void done(Future<?> piece) {
    try {
      piece.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("hashing failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while hashing", e);
    }
  }

  @Override
  public void close() {
    thread.close();
  }
}
