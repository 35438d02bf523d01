package dev.metaops.orderstatus;

import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who follows one order: what waits to be written to it, and whether it keeps up. Whoever
 * writes to it runs on a virtual thread of its own; the others never wait for it. Thread-safe.
 */
final class Follower {
  /** How it is connected. */
  enum Transport {
    SSE,
    WEBSOCKET
  }

  private static final int MOST_WAITING = 256;

  private final String order;
  private final Transport transport;
  private final Ticker ticker;
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<Told> waiting = new ArrayDeque<>(2);
  private @Nullable Cut cut;
  private @Nullable Thread writing;
  private long writingSince;

  Follower(String order, Transport transport, Ticker ticker) {
    this.order = order;
    this.transport = transport;
    this.ticker = ticker;
  }

  String order() {
    return order;
  }

  Transport transport() {
    return transport;
  }

  /** Never waits. More than it may leave unread ends it: {@link Cut#SLOW}. */
  void tell(Told told) {
    lock.lock();
    try {
      if (cut != null) {
        return;
      }
      if (waiting.size() == MOST_WAITING) {
        cut = Cut.SLOW;
      } else {
        waiting.add(told);
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** It hears nothing more but this; the first reason stays. */
  void cut(Cut why) {
    lock.lock();
    try {
      if (cut == null) {
        cut = why;
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Why it was cut, if it was. */
  Optional<Cut> cut() {
    lock.lock();
    try {
      return Optional.ofNullable(cut);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Cuts it when one write takes longer than that, or than {@code onceCut} when it was told to go;
   * that closes its socket and wakes who writes.
   */
  void cutIfWritingFor(Duration most, Duration onceCut) {
    lock.lock();
    try {
      Duration given = cut == null ? most : onceCut;
      if (writing != null && ticker.nanos() - writingSince > given.toNanos()) {
        if (cut == null) {
          cut = Cut.SLOW;
        }
        writing.interrupt();
        writing = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** The calling thread writes to it now, until {@link #written}. */
  void writes() {
    lock.lock();
    try {
      writing = Thread.currentThread();
      writingSince = ticker.nanos();
    } finally {
      lock.unlock();
    }
  }

  /** It took what was written. */
  void written() {
    lock.lock();
    try {
      writing = null;
    } finally {
      lock.unlock();
    }
  }

  /** What comes next; {@link Told.Silence} when nothing does for so long. */
  Told next(Duration most) throws InterruptedException {
    lock.lock();
    try {
      long left = most.toNanos();
      while (cut == null && waiting.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
      Told told = waiting.poll();
      if (cut != null) {
        return new Told.Ended(cut);
      }
      return told == null ? new Told.Silence() : told;
    } finally {
      lock.unlock();
    }
  }
}
