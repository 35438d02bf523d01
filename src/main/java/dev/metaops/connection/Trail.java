package dev.metaops.connection;

import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes down a way while it is walked, so that whoever waits knows how far it led even when the
 * walk itself hangs. Thread-safe: one walks, another may cut it short.
 */
public final class Trail {
  /** What came of one attempt. */
  public sealed interface Taken<T> {
    /** The way goes on, with this. */
    record Through<T>(T value, Outcome outcome) implements Taken<T> {}

    record Blocked<T>(Outcome.Failed why) implements Taken<T> {}

    static <T> Taken<T> through(T value, String seen) {
      return new Through<>(value, new Outcome.Passed(seen));
    }

    static <T> Taken<T> blocked(String why, String next) {
      return new Blocked<>(new Outcome.Failed(why, next));
    }
  }

  /** Tries one hop. What it throws is named as a failure of the network. */
  @FunctionalInterface
  public interface Attempt<T> {
    Taken<T> take() throws IOException;
  }

  private final Ticker ticker;
  private final Deadline deadline;
  private final long begun;
  private final List<Step> steps = new ArrayList<>();
  private final List<Closeable> opened = new ArrayList<>();
  private @Nullable Hop current;
  private long currentSince;
  private boolean ended;

  Trail(Ticker ticker, Deadline deadline) {
    this.ticker = ticker;
    this.deadline = deadline;
    this.begun = ticker.nanos();
  }

  Deadline deadline() {
    return deadline;
  }

  /** Takes a hop and writes down what came of it; empty when it failed and the way ends. */
  <T> Optional<T> hop(Hop hop, Attempt<T> attempt) {
    begin(hop);
    Taken<T> taken;
    try {
      taken = attempt.take();
    } catch (IOException broken) {
      taken = new Taken.Blocked<>(Broken.outcome(broken, soFar()));
    }
    return switch (taken) {
      case Taken.Through<T>(T value, Outcome outcome) ->
          end(hop, outcome) ? Optional.of(value) : Optional.empty();
      case Taken.Blocked<T>(Outcome.Failed why) -> {
        end(hop, why);
        yield Optional.empty();
      }
    };
  }

  /** Keeps what has to be closed when the way ends, and closes it at once when it has ended. */
  <T extends Closeable> T closing(T resource) throws IOException {
    boolean late;
    synchronized (this) {
      late = ended;
      opened.add(resource);
    }
    if (late) {
      resource.close();
    }
    return resource;
  }

  /** The hops so far; a hop that is still being tried has failed now. Later ones do not count. */
  List<Step> cutShort() {
    List<Step> found;
    synchronized (this) {
      Hop trying = current;
      if (trying != null && !ended) {
        steps.add(
            new Step(
                trying,
                since(currentSince),
                new Outcome.Failed(
                    "no complete answer within " + Broken.brief(since(begun)),
                    "it hangs, or the network drops or trickles what it sends")));
      }
      ended = true;
      found = List.copyOf(steps);
    }
    close();
    return found;
  }

  private synchronized void begin(Hop hop) {
    current = hop;
    currentSince = ticker.nanos();
  }

  /** Whether somebody still wants to know. */
  private synchronized boolean end(Hop hop, Outcome outcome) {
    if (!ended) {
      steps.add(new Step(hop, since(currentSince), outcome));
      current = null;
    }
    return !ended;
  }

  private synchronized Duration soFar() {
    return since(currentSince);
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(ticker.nanos() - nanos);
  }

  private void close() {
    List<Closeable> all;
    synchronized (this) {
      all = List.copyOf(opened);
    }
    for (Closeable resource : all) {
      try {
        resource.close();
      } catch (IOException gone) {
        // It was only looked at.
      }
    }
  }
}
