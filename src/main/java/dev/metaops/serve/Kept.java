package dev.metaops.serve;

import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One look at something, shared by all who ask within a moment: however many ask, one looks.
 * Thread-safe.
 */
final class Kept<T> {
  private static final Duration FRESH = Duration.ofSeconds(1);

  /** Nobody waits longer. */
  private static final Duration PATIENCE = Duration.ofMillis(2_500);

  /** A look that hangs is given up after this, and another one begun. */
  private static final Duration HUNG = Duration.ofSeconds(10);

  /** Older than that it is not told to anybody. */
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  /** What is said in place of a look that came to nothing. */
  interface Without<T> {
    T because(String why);
  }

  private record Done<T>(T value, long at) {}

  private final Callable<T> look;
  private final Without<T> without;
  private final Ticker ticker;
  private @Nullable FutureTask<T> task;
  private long begun;
  private volatile @Nullable Done<T> done;

  Kept(Callable<T> look, Without<T> without, Ticker ticker) {
    this.look = look;
    this.without = without;
    this.ticker = ticker;
  }

  T get() {
    try {
      return current().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | CancellationException hung) {
      return without.because("no result within 2.5 s");
    } catch (ExecutionException failed) {
      return without.because("looking failed: " + failed.getCause());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return without.because("this process is stopping");
    }
  }

  /**
   * For one who may not wait: the latest look that came to something, if it is from the last
   * minute; else as {@link #get}, but for this long at most. Begins a look where the last one is
   * not fresh any more.
   */
  T within(Duration most) {
    FutureTask<T> running = current();
    try {
      return running.get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | CancellationException busy) {
      Done<T> before = done;
      return before != null && ticker.nanos() - before.at() < REMEMBERED.toNanos()
          ? before.value()
          : without.because("no result within " + most.toMillis() + " ms");
    } catch (ExecutionException failed) {
      return without.because("looking failed: " + failed.getCause());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return without.because("this process is stopping");
    }
  }

  private T looked() throws Exception {
    T value = look.call();
    done = new Done<>(value, ticker.nanos());
    return value;
  }

  private synchronized FutureTask<T> current() {
    FutureTask<T> running = task;
    long age = ticker.nanos() - begun;
    if (running != null && age < (running.isDone() ? FRESH : HUNG).toNanos()) {
      return running;
    }
    if (running != null) {
      running.cancel(true);
    }
    FutureTask<T> next = new FutureTask<>(this::looked);
    task = next;
    begun = ticker.nanos();
    Thread.ofVirtual().name("probe").start(next);
    return next;
  }
}
