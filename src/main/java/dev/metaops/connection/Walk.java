package dev.metaops.connection;

import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Goes all ways side by side, each on a virtual thread: interrupting one ends its reads. */
public final class Walk {
  /** A walk that keeps its deadline still needs a moment to say so. */
  private static final long GRACE_MILLIS = 100;

  private final Ticker ticker;

  public Walk(Ticker ticker) {
    this.ticker = ticker;
  }

  /** A way that is being gone. */
  public final class Under {
    private final Target target;
    private final Trail trail;
    private final FutureTask<Boolean> task;

    private Under(Target target, Deadline deadline) {
      this.target = target;
      this.trail = new Trail(ticker, deadline);
      this.task =
          new FutureTask<>(() -> {
            target.walk(trail);
            return true;
          });
      Thread.ofVirtual().name("connection/" + target.subject()).start(task);
    }

    /** Where it led, no later than the deadline and a moment. */
    public Traced traced() {
      try {
        task.get(trail.deadline().remaining().toMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException hung) {
        List<Step> steps = trail.cutShort();
        task.cancel(true);
        return new Traced(target.subject(), target.place(), steps);
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException defect) {
        throw new IllegalStateException("going to " + target.place(), defect.getCause());
      }
      return new Traced(target.subject(), target.place(), trail.cutShort());
    }
  }

  /** Sets out at once. */
  public Under start(Target target, Deadline deadline) {
    return new Under(target, deadline);
  }

  /** All of them, in the order given. */
  public List<Traced> all(List<Target> targets, Deadline deadline) {
    List<Under> walks = new ArrayList<>();
    targets.forEach(target -> walks.add(start(target, deadline)));
    return walks.stream().map(Under::traced).toList();
  }
}
