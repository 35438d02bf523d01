package dev.metaops.listen;

import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Where a listener rests until it is due, hears a hint, or is told to stop. Thread-safe. */
final class Rest {
  private final Ticker ticker;
  private final Semaphore bell = new Semaphore(0);
  private volatile boolean stopping;
  private volatile boolean hinted;

  Rest(Ticker ticker) {
    this.ticker = ticker;
  }

  /** There may be something new. Many hints before the next rest are one. */
  void hint() {
    if (!hinted) {
      hinted = true;
      bell.release();
    }
  }

  /** Ends this rest and all later ones at once. */
  void stop() {
    stopping = true;
    bell.release();
  }

  boolean isStopping() {
    return stopping;
  }

  /** Rests for at most this long; not at all when a hint came since the last such rest. */
  Woken upTo(Duration most) {
    Deadline end = Deadline.in(most, ticker);
    while (!stopping && !hinted && !end.hasPassed()) {
      await(end);
    }
    if (stopping) {
      return Woken.STOPPING;
    }
    boolean heard = hinted;
    hinted = false;
    return heard ? Woken.HINT : Woken.DUE;
  }

  /** Rests this long whatever is hinted. */
  Woken outLast(Duration duration) {
    Deadline end = Deadline.in(duration, ticker);
    while (!stopping && !end.hasPassed()) {
      await(end);
    }
    return stopping ? Woken.STOPPING : Woken.DUE;
  }

  private void await(Deadline end) {
    try {
      boolean _ = bell.tryAcquire(end.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException stop) {
      stopping = true;
    }
  }
}
