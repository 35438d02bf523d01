package dev.metaops.listen;

import dev.metaops.time.Deadline;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Where the next blocks are read while a batch is written, and how long each reading may take.
 *
 * @param executor runs one reading at a time
 */
public record Beside(Executor executor, Supplier<Deadline> deadlines) {
  /** On a virtual thread. */
  public static Beside onItsOwn(Supplier<Deadline> deadlines) {
    return new Beside(Thread::startVirtualThread, deadlines);
  }

  /** In the caller's thread, before the batch is written: each run is like every other. */
  public static Beside inTurn(Supplier<Deadline> deadlines) {
    return new Beside(Runnable::run, deadlines);
  }
}
