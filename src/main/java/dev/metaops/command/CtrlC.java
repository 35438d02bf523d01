package dev.metaops.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C as the ordinary end of a command: while this is open, a signal to stop lets the command
 * finish its last line and ends the process with 0 instead of the shell's 130.
 */
final class CtrlC implements AutoCloseable {
  private static final Duration MOST = Duration.ofSeconds(2);

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;

  private CtrlC(Runnable stop) {
    this.hook =
        Thread.ofPlatform()
            .name("stop")
            .unstarted(() -> {
              stop.run();
              await();
              Runtime.getRuntime().halt(ExitCode.FINE.status());
            });
  }

  /**
   * From now on.
   *
   * @param stop makes the command end soon; on another thread
   */
  static CtrlC ends(Runnable stop) {
    CtrlC signal = new CtrlC(stop);
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  private void await() {
    try {
      boolean _ = finished.await(MOST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException enough) {
      Thread.currentThread().interrupt();
    }
  }

  /** The command has said its last. */
  @Override
  public void close() {
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException stopping) {
      // The hook is what ends us.
    }
  }
}
