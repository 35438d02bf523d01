package dev.metaops.health;

import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs checks side by side, each on a virtual thread with its own deadline. Ends by the later of
 * the deadline and the longest budget: a check that hangs is abandoned and reported as such.
 */
public final class Checkup {
  /** A check that keeps its deadline still needs a moment to say so. */
  private static final Duration GRACE = Duration.ofMillis(150);

  private final Ticker ticker;

  public Checkup(Ticker ticker) {
    this.ticker = ticker;
  }

  /** No later than {@code deadline} and a moment. */
  public Report run(List<Check> checks, Deadline deadline) {
    List<Running> running = new ArrayList<>();
    for (Check check : checks) {
      running.add(start(check, deadline.atMost(check.budget())));
    }
    return new Report(running.stream().map(this::result).toList());
  }

  private record Timed(Diagnosis diagnosis, Instant at, Duration took) {}

  private record Running(Check check, FutureTask<Timed> task, Deadline deadline) {}

  private Running start(Check check, Deadline deadline) {
    FutureTask<Timed> task =
        new FutureTask<>(() -> {
          long start = ticker.nanos();
          Diagnosis diagnosis = check.question().ask(deadline);
          return new Timed(diagnosis, ticker.now(), Duration.ofNanos(ticker.nanos() - start));
        });
    Thread.ofVirtual().name("health/" + check.component()).start(task);
    return new Running(check, task, deadline);
  }

  private Result result(Running running) {
    Check check = running.check();
    try {
      Duration left = running.deadline().remaining().plus(GRACE);
      Timed timed = running.task().get(left.toMillis(), TimeUnit.MILLISECONDS);
      return new Result(
          check.component(), check.subject(), timed.diagnosis(), timed.at(), timed.took());
    } catch (TimeoutException hung) {
      running.task().cancel(true);
      return without(
          check,
          String.format(
              Locale.ROOT,
              "no result within %.1f s: the check itself hangs",
              check.budget().toMillis() / 1000.0));
    } catch (ExecutionException failed) {
      return without(check, "the check failed: " + failed.getCause());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return without(check, "not looked at: we are stopping");
    }
  }

  private Result without(Check check, String why) {
    return new Result(
        check.component(),
        check.subject(),
        Diagnosis.unknown(why, check.next()),
        ticker.now(),
        Duration.ZERO);
  }
}
