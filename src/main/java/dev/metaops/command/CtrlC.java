package dev.metaops.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Ctrl-C as the ordinary end of a command: while this is open, a signal to stop lets the command
 * finish what it is at and say its last line, and ends the process with a code of ours instead of
 * the shell's 130.
 */
public final class CtrlC implements AutoCloseable {
  private static final Duration MOST = Duration.ofSeconds(2);

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;

  private CtrlC(Runnable stop, Supplier<ExitCode> exit, Duration most) {
    this.hook =
        Thread.ofPlatform()
            .name("stop")
            .unstarted(() -> {
              stop.run();
              await(most);
              Runtime.getRuntime().halt(exit.get().status());
            });
  }

  /**
   * From now on, and with 0.
   *
   * @param stop makes the command end soon; on another thread
   */
  public static CtrlC ends(Runnable stop) {
    return ends(stop, () -> ExitCode.FINE, MOST);
  }

  /**
   * From now on, and with what the command came to.
   *
   * @param stop makes the command end soon; on another thread
   * @param exit asked when the command has ended, or was given up; on another thread
   */
  public static CtrlC ends(Runnable stop, Supplier<ExitCode> exit) {
    return ends(stop, exit, MOST);
  }

  /**
   * From now on.
   *
   * @param stop makes the command end soon; on another thread
   * @param exit as above
   * @param most how long the command may take to end
   */
  public static CtrlC ends(Runnable stop, Supplier<ExitCode> exit, Duration most) {
    CtrlC signal = new CtrlC(stop, exit, most);
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  private void await(Duration most) {
    try {
      boolean _ = finished.await(most.toMillis(), TimeUnit.MILLISECONDS);
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
