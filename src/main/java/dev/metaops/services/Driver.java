package dev.metaops.services;

import dev.metaops.time.Deadline;
import java.time.Instant;
import java.util.List;

/** Whoever keeps one service running. Each call ends by its deadline. Thread-safe. */
interface Driver {
  Sighting look(Deadline deadline);

  /**
   * Asks it to end and to stay so; may come back before it has.
   *
   * @param deadline what it is given to end by itself
   */
  Done askToStop(Deadline deadline);

  /**
   * Ends it after it did not.
   *
   * @param living its processes on this machine
   */
  Done kill(List<ProcessId> living, Deadline deadline);

  /** May come back before it is ready. */
  Done start(Deadline deadline);

  /** Whether it is restarted in one step, so that it never stops as a whole. */
  default boolean rolls() {
    return false;
  }

  /** That step; waits until it is over. */
  default Done roll(Deadline deadline) {
    return new Done.Not("it is stopped and started");
  }

  LogMark mark(Instant now, Deadline deadline);

  /** What was written since, its end where it is long. */
  Logged since(LogMark mark, Deadline deadline);

  Logged newest(int lines, Deadline deadline);
}
