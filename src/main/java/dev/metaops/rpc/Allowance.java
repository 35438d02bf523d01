package dev.metaops.rpc;

import dev.metaops.time.Ages;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether one node may be asked right now: our own budget, and the pace it allowed when it last
 * said that it was too much. The less urgent questions leave the more urgent a part. Thread-safe.
 */
final class Allowance {
  /** Of a day's calls, what may be spent at once; the rest comes back evenly over the day. */
  private static final int AT_ONCE = 4;

  private static final double SECONDS_A_DAY = 86_400;

  /** After a refusal the pace grows by a tenth this often. */
  private static final Duration GROWS_EVERY = Duration.ofSeconds(10);

  /** A pace this many times the one that was refused no longer says anything. */
  private static final int FORGOTTEN_AT = 4;

  /** Questions sent before the first refusal came back are refused too. */
  private static final Duration SAME_REFUSAL = Duration.ofSeconds(1);

  /** What is tried next, of the pace that was refused. */
  private static final double AFTER_REFUSAL = 0.75;

  /**
   * Not now.
   *
   * @param pause until the question fits
   */
  record NotNow(Duration pause, String why) {}

  private final Ticker ticker;
  private final Budget budget;
  private final Optional<Bucket> day;
  private final Optional<Bucket> second;
  private @Nullable Pace pace;
  private long windowStart;
  private int inWindow;
  private int inLastWindow;
  private long calls;

  Allowance(Budget budget, Ticker ticker) {
    this.ticker = ticker;
    this.budget = budget;
    long now = ticker.nanos();
    this.day =
        budget
            .callsADay()
            .map(calls -> {
              double atOnce = (double) calls / AT_ONCE;
              return new Bucket(atOnce, (calls - atOnce) / SECONDS_A_DAY, atOnce, now);
            });
    this.second = budget.callsASecond().map(calls -> new Bucket(calls, calls, calls, now));
    this.windowStart = now;
  }

  /** Takes them, or nothing and says how long to wait. */
  synchronized Optional<NotNow> take(int questions, Purpose purpose) {
    long now = ticker.nanos();
    grow(now);
    Optional<NotNow> missing =
        day.flatMap(bucket -> missing(bucket, questions, purpose, now))
            .map(wait -> new NotNow(wait, dayUsed(purpose, wait)))
            .or(() ->
                second
                    .flatMap(bucket -> missing(bucket, questions, purpose, now))
                    .map(wait -> new NotNow(wait, secondUsed(wait))))
            .or(() ->
                Optional.ofNullable(pace)
                    .flatMap(known -> missing(known.bucket, questions, purpose, now))
                    .map(wait -> new NotNow(wait, "it refused more than this a moment ago")));
    if (missing.isEmpty()) {
      day.ifPresent(bucket -> bucket.level -= questions);
      second.ifPresent(bucket -> bucket.level -= questions);
      if (pace != null) {
        pace.bucket.level -= questions;
      }
      count(questions, now);
    }
    return missing;
  }

  /** What our own budget, and not the node, makes so many wait; takes nothing. */
  synchronized Optional<NotNow> overBudget(int questions, Purpose purpose) {
    long now = ticker.nanos();
    return day.flatMap(bucket -> missing(bucket, questions, purpose, now))
        .map(wait -> new NotNow(wait, dayUsed(purpose, wait)))
        .or(() ->
            second
                .flatMap(bucket -> missing(bucket, questions, purpose, now))
                .map(wait -> new NotNow(wait, secondUsed(wait))));
  }

  private String dayUsed(Purpose purpose, Duration wait) {
    return "our own budget of "
        + budget.callsADay().orElseThrow()
        + " calls a day (rpc.budget)"
        + switch (purpose) {
          case FOLLOW -> "";
          case VERDICT -> ", but for following the chain";
          case PROOF -> ", but for following the chain and for verdicts";
        }
        + "; enough comes back in "
        + Ages.of(wait.plusSeconds(1));
  }

  private String secondUsed(Duration wait) {
    return "our own limit of "
        + budget.callsASecond().orElseThrow()
        + " calls a second (rpc.rate); enough comes back in "
        + Math.max(1, wait.toMillis())
        + " ms";
  }

  private static Optional<Duration> missing(
      Bucket bucket, int questions, Purpose purpose, long now) {
    bucket.refill(now);
    double reserve =
        switch (purpose) {
          case FOLLOW -> 0;
          case VERDICT -> 0.2;
          case PROOF -> 0.5;
        };
    double needed = Math.min(bucket.capacity, questions + reserve * bucket.capacity);
    return bucket.level >= needed
        ? Optional.empty()
        : Optional.of(
            Duration.ofNanos(1 + (long) Math.ceil((needed - bucket.level) / bucket.perNano)));
  }

  private void count(int questions, long now) {
    if (now - windowStart >= 1_000_000_000L) {
      inLastWindow = now - windowStart < 2_000_000_000L ? inWindow : 0;
      inWindow = 0;
      windowStart = now;
    }
    inWindow += questions;
    calls += questions;
  }

  /** The node said that this was too often; its own number when it said one. */
  synchronized void refused(Optional<Integer> most) {
    long now = ticker.nanos();
    if (pace != null && now - pace.changed < SAME_REFUSAL.toNanos()) {
      return;
    }
    int refused = Math.max(1, Math.max(inWindow, inLastWindow));
    int allowed = most.orElse(Math.max(1, (int) (refused * AFTER_REFUSAL)));
    if (pace != null) {
      allowed = Math.min(allowed, Math.max(1, (int) (pace.bucket.capacity * AFTER_REFUSAL)));
    }
    pace = new Pace(new Bucket(allowed, allowed, 1, now), refused, now);
  }

  private void grow(long now) {
    if (pace == null || now - pace.changed < GROWS_EVERY.toNanos()) {
      return;
    }
    double larger = Math.floor(pace.bucket.capacity * 1.1) + 1;
    pace.bucket.refill(now);
    pace =
        larger > (double) pace.refused * FORGOTTEN_AT
            ? null
            : new Pace(new Bucket(larger, larger, pace.bucket.level, now), pace.refused, now);
  }

  /** What the node was found to allow; empty when it has not refused for long. */
  synchronized Optional<Integer> pace() {
    grow(ticker.nanos());
    return Optional.ofNullable(pace).map(known -> (int) known.bucket.capacity);
  }

  /** The most questions that fit into one moment. */
  synchronized int atOnce() {
    int own = budget.callsASecond().orElse(Integer.MAX_VALUE);
    return pace == null ? own : Math.min(own, (int) pace.bucket.capacity);
  }

  /** Questions sent in all. */
  synchronized long calls() {
    return calls;
  }

  private record Pace(Bucket bucket, int refused, long changed) {}

  private static final class Bucket {
    private final double capacity;
    private final double perNano;
    private double level;
    private long filled;

    Bucket(double capacity, double perSecond, double level, long now) {
      this.capacity = capacity;
      this.perNano = perSecond / 1e9;
      this.level = level;
      this.filled = now;
    }

    void refill(long now) {
      level = Math.min(capacity, level + (now - filled) * perNano);
      filled = now;
    }
  }
}
