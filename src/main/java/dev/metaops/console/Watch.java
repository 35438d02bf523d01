package dev.metaops.console;

import dev.metaops.checkup.Board;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One look every few seconds for all who watch, and none while nobody does. Who does not read in
 * time misses frames and holds up nobody. Thread-safe.
 */
final class Watch implements AutoCloseable {
  static final int MOST_WATCHERS = 16;
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(3);

  private static final String COMMENT = ":\n\n";

  /** Who takes longer to read one frame is cut off. */
  private static final Duration MOST_FOR_READING = Duration.ofSeconds(20);

  private final Supplier<Board> look;
  private final Consumer<String> said;
  private final Ticker ticker;
  private final Set<Watcher> watchers = new HashSet<>();
  private Frame latest = Frame.none();
  private @Nullable Thread looking;
  private boolean closed;

  Watch(Supplier<Board> look, Consumer<String> said, Ticker ticker) {
    this.look = look;
    this.said = said;
    this.ticker = ticker;
  }

  /** Empty when there are as many as there may be, or all is over. Its thread is the caller's. */
  synchronized Optional<Watcher> join() {
    if (closed || watchers.size() >= MOST_WATCHERS) {
      return Optional.empty();
    }
    Watcher watcher = new Watcher(Thread.currentThread(), ticker.nanos());
    watchers.add(watcher);
    if (looking == null) {
      looking = Thread.ofVirtual().name("console").start(this::look);
    }
    return Optional.of(watcher);
  }

  private void look() {
    try {
      while (isWatched()) {
        lookOnce();
        cutOff();
        ticker.rest(BETWEEN_LOOKS);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookOnce() {
    try {
      publish(LivePage.of(look.get()));
    } catch (RuntimeException defect) {
      said.accept("the live page could not be drawn, and says that it is old: " + defect);
    }
  }

  /** Whether to go on; whoever joins later starts another. */
  private synchronized boolean isWatched() {
    if (closed || watchers.isEmpty()) {
      looking = null;
      return false;
    }
    return true;
  }

  private synchronized void publish(LivePage page) {
    latest = Frame.of(latest.number() + 1, page);
    notifyAll();
  }

  private synchronized void cutOff() {
    long now = ticker.nanos();
    for (Watcher watcher : watchers) {
      if (now - watcher.readAt > MOST_FOR_READING.toNanos()) {
        watcher.thread.interrupt();
      }
    }
  }

  /** Everybody is sent away. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    watchers.forEach(watcher -> watcher.thread.interrupt());
    notifyAll();
  }

  /** One who watches. Not thread-safe. */
  final class Watcher implements AutoCloseable {
    private final Thread thread;
    private Frame seen = Frame.none();
    private volatile long readAt;

    private Watcher(Thread thread, long now) {
      this.thread = thread;
      this.readAt = now;
    }

    /**
     * Waits for what changed since the last call, as events; what came of the last call was read.
     * Where no look comes to anything in time it is a comment after a few seconds, which is written
     * to find out who left.
     */
    String next() throws InterruptedException {
      synchronized (Watch.this) {
        readAt = ticker.nanos();
        if (latest.number() <= seen.number()) {
          Watch.this.wait(BETWEEN_LOOKS.toMillis());
        }
        if (closed) {
          throw new InterruptedException("closing");
        }
        readAt = ticker.nanos();
        if (latest.number() <= seen.number()) {
          return COMMENT;
        }
        String events = latest.eventsAfter(seen);
        seen = latest;
        return events;
      }
    }

    @Override
    public void close() {
      synchronized (Watch.this) {
        watchers.remove(this);
      }
    }
  }
}
