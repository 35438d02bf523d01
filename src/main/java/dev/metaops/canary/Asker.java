package dev.metaops.canary;

import dev.metaops.config.FrontendSection.Watched;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Asks one front end again and again. For one thread; closing ends whatever is under way. */
interface Asker extends AutoCloseable {
  /**
   * Ends by the nearer of the deadline and the front end's own time-out, and a moment.
   *
   * @param order stands for the order in what is asked
   */
  Reply ask(Optional<String> order, Deadline deadline) throws InterruptedException;

  /** Whether it may be asked about another order now. */
  boolean mayTurn();

  /**
   * Waits for the next question.
   *
   * @param failed how many in a row came to nothing
   */
  void rest(int failed) throws InterruptedException;

  @Override
  void close();

  /** For this front end, by its scheme. */
  static Asker of(Watched watched, Ticker ticker, RandomGenerator random) {
    return watched.isHeld()
        ? new HeldAsker(watched, ticker, random)
        : new HttpAsker(watched, ticker);
  }

  /** The nearer of the deadline and the time-out. */
  static Duration within(Watched watched, Deadline deadline) {
    Duration left = Duration.ofMillis(deadline.remainingMillis());
    return left.compareTo(watched.pace().timeout()) < 0 ? left : watched.pace().timeout();
  }

  /** Nothing came for so long. */
  static Reply silent(Watched watched, Duration within) {
    return within.compareTo(watched.pace().timeout()) < 0
        ? new Reply.CutShort(within, watched.pace().timeout())
        : new Reply.TimedOut(within);
  }
}
