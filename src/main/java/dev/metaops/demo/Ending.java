package dev.metaops.demo;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How a process of the demo's own is ended: asked first, then made to. */
final class Ending {
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private Ending() {}

  /** Returns when it is gone, or after twice the patience. */
  static void of(ProcessHandle handle) {
    handle.destroy();
    if (!isGoneInTime(handle)) {
      handle.destroyForcibly();
      isGoneInTime(handle);
    }
  }

  /** Waits for the patience at most. */
  static boolean isGoneInTime(ProcessHandle handle) {
    try {
      handle.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
