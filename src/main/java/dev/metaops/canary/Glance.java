package dev.metaops.canary;

import dev.metaops.canary.FrontendHealth.Seen;
import dev.metaops.config.FrontendSection;
import dev.metaops.config.FrontendSection.Watched;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A person's look: each front end is asked once, side by side. */
public final class Glance {
  /** Reading a row takes a moment after the answer. */
  private static final Duration GRACE = Duration.ofMillis(100);

  /** Whoever looked longer ago may have looked at another order by now. */
  private static final Duration KNOWN_FOR = Duration.ofMinutes(5);

  private Glance() {}

  /**
   * Ends by the deadline and a moment.
   *
   * @param known what whoever looks all the time knows
   */
  public static List<Seen> at(
      FrontendSection frontends,
      Rows rows,
      List<Remembered> known,
      Deadline deadline,
      Ticker ticker) {
    List<Under> looks = new ArrayList<>();
    for (Watched watched : frontends.all()) {
      Optional<Remembered> remembered =
          known.stream().filter(each -> each.frontend().equals(watched.name())).findFirst();
      FutureTask<Sighting> look =
          new FutureTask<>(() -> once(watched, rows, remembered, deadline, ticker));
      Thread.ofVirtual().name("frontend/" + watched.name()).start(look);
      looks.add(new Under(watched, remembered, look));
    }
    return looks.stream()
        .map(under -> new Seen(under.result(deadline, ticker), under.remembered()))
        .toList();
  }

  /** A look under way. */
  private record Under(
      Watched watched, Optional<Remembered> remembered, FutureTask<Sighting> look) {
    Sighting result(Deadline deadline, Ticker ticker) {
      Duration left = deadline.remaining().plus(GRACE);
      try {
        return look.get(left.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException late) {
        look.cancel(true);
        return without(ticker, new Reply.NotAsked("this look had no more time"));
      } catch (ExecutionException defect) {
        return without(ticker, new Reply.NotAsked("a defect: " + defect.getCause()));
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
        look.cancel(true);
        return without(ticker, new Reply.NotAsked("we are stopping"));
      }
    }

    private Sighting without(Ticker ticker, Reply why) {
      return new Sighting(
          watched, ticker.now(), Optional.empty(), why, new Agreement.NotCompared());
    }
  }

  private static Sighting once(
      Watched watched, Rows rows, Optional<Remembered> remembered, Deadline deadline, Ticker ticker)
      throws InterruptedException {
    Optional<String> order =
        remembered
            .filter(known -> known.at().isAfter(ticker.now().minus(KNOWN_FOR)))
            .flatMap(Remembered::order);
    try (Watch watch = new Watch(watched, rows, ticker, new SplittableRandom()).about(order)) {
      return watch.look(deadline);
    }
  }
}
