package dev.metaops.testing;

import dev.metaops.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Time that moves when the test says so; resting moves it instead of waiting. Thread-safe. */
public final class SettableTicker implements Ticker {
  private final List<Duration> rests = new ArrayList<>();
  private Instant now;
  private long nanos;

  public SettableTicker(Instant start) {
    this.now = start;
  }

  public SettableTicker() {
    this(Instant.parse("2026-11-01T00:00:00Z"));
  }

  public synchronized void advance(Duration duration) {
    now = now.plus(duration);
    nanos += duration.toNanos();
  }

  /** How long each rest was, in order. */
  public synchronized List<Duration> rests() {
    return List.copyOf(rests);
  }

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  @Override
  public synchronized void rest(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    rests.add(duration);
    advance(duration);
  }
}
