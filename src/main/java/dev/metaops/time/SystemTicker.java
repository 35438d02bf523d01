package dev.metaops.time;

import java.time.Duration;
import java.time.Instant;

/** The machine's own clock: the one place that reads it. */
public enum SystemTicker implements Ticker {
  SYSTEM;

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public void rest(Duration duration) throws InterruptedException {
    Thread.sleep(duration);
  }
}
