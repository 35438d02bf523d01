package dev.metaops.canary;

import dev.metaops.config.FrontendSection.Watched;
import dev.metaops.finding.Finding;
import dev.metaops.finding.Severity;
import dev.metaops.health.Condition;
import dev.metaops.health.Steadiness;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * One front end over time: which order it is asked about next, what it came to, and since when
 * something is wrong with it. One look is no trouble, and none is a recovery. For one thread; what
 * it tells is read by any.
 */
final class Watch implements AutoCloseable {
  /** A connection that was lost is told of for so long. */
  static final Duration DROP_TOLD_FOR = Duration.ofMinutes(10);

  static final String DROPPED = "websocket-dropped";

  /** So many within {@link #DROP_TOLD_FOR} are no coincidence. */
  private static final int MANY_DROPS = 3;

  /** Finding out which order moved last reads the whole table. */
  private static final Duration LEAST_BETWEEN_TURNS = Duration.ofMinutes(1);

  /** Of the rows, each time they are read. */
  static final Duration MOST_FOR_ROWS = Duration.ofSeconds(3);

  private final Watched watched;
  private final Rows rows;
  private final Ticker ticker;
  private final Asker asker;
  private final Map<Trouble, Steadiness> troubles = new EnumMap<>(Trouble.class);
  private final Map<Trouble, Sighting> shown = new EnumMap<>(Trouble.class);
  private final Map<Trouble, Integer> told = new EnumMap<>(Trouble.class);
  private final Map<String, Long> results = new TreeMap<>();
  private Optional<Sighting> last = Optional.empty();
  private List<Drop> drops = List.of();
  private Optional<String> order;
  private Optional<Reply> noOrder = Optional.empty();
  private long turnedNanos;
  private long dropped;
  private int failed;

  Watch(Watched watched, Rows rows, Ticker ticker, RandomGenerator random) {
    this.watched = watched;
    this.rows = rows;
    this.ticker = ticker;
    this.order = watched.order();
    this.asker = Asker.of(watched, ticker, random);
  }

  Watched watched() {
    return watched;
  }

  /** Goes on with this order, as whoever looked before did. */
  Watch about(Optional<String> known) {
    order = watched.order().or(() -> known);
    return this;
  }

  /** Goes on where whoever looked before ended. */
  synchronized Watch after(Remembered before) {
    drops = before.drops();
    return about(before.order());
  }

  /** One look; ends by the deadline and a moment. */
  Sighting look(Deadline deadline) throws InterruptedException {
    Optional<Reply> nothing = turn(deadline.atMost(MOST_FOR_ROWS));
    Reply reply = nothing.isPresent() ? nothing.get() : asker.ask(order, deadline);
    Sighting sighting =
        new Sighting(
            watched,
            ticker.now(),
            watched.namesAnOrder() || watched.order().isPresent() ? order : Optional.empty(),
            reply,
            compared(reply, deadline.atMost(MOST_FOR_ROWS)));
    take(sighting);
    return sighting;
  }

  /** Takes up another order once nothing more is to be learned from this one. */
  private Optional<Reply> turn(Deadline deadline) {
    boolean isFixed = watched.order().isPresent() || !watched.namesAnOrder();
    boolean isDone = last().map(Sighting::isProved).orElse(false) && asker.mayTurn();
    boolean isEarly = ticker.nanos() - turnedNanos < LEAST_BETWEEN_TURNS.toNanos();
    if (isFixed || (order.isPresent() && (!isDone || isEarly))) {
      return Optional.empty();
    }
    if (noOrder.isPresent() && isEarly) {
      return noOrder;
    }
    turnedNanos = ticker.nanos();
    noOrder = Optional.empty();
    boolean isOfUse = order.isPresent() && !last().map(Sighting::isUnknownThere).orElse(false);
    return switch (rows.lastMoved(isOfUse ? Rows.Reach.LATELY : Rows.Reach.FAR, deadline)) {
      case Rows.Moved.Order(String id) -> {
        order = Optional.of(id);
        yield Optional.empty();
      }
      case Rows.Moved.None() -> {
        noOrder = without("no order moved within a week");
        yield noOrder;
      }
      case Rows.Moved.Unread(String why) -> without("which order moved last, " + why);
    };
  }

  private Optional<Reply> without(String why) {
    return order.isPresent() ? Optional.empty() : Optional.of(new Reply.NotAsked(why));
  }

  /** The row is read after the answer, so that a row that moved meanwhile accuses nobody. */
  private Agreement compared(Reply reply, Deadline deadline) {
    if (!(reply instanceof Reply.Answered(Duration took, Optional<String> state))
        || watched.stateAt().isEmpty()
        || order.isEmpty()) {
      return new Agreement.NotCompared();
    }
    return state.isEmpty()
        ? new Agreement.Incomparable("it has not said the state of " + Spans.clipped(order.get()))
        : Agreement.of(
            order.get(), state.get(), took, rows.row(order.get(), deadline), rows::meaning);
  }

  private synchronized void take(Sighting sighting) {
    last = Optional.of(sighting);
    results.merge(sighting.reply().word(), 1L, Long::sum);
    if (sighting.reply() instanceof Reply.Dropped(int code, Duration after)) {
      dropped++;
      List<Drop> more = new ArrayList<>(drops);
      more.add(new Drop(sighting.at(), code, after));
      drops = List.copyOf(more.subList(Math.max(0, more.size() - Drop.MOST), more.size()));
    }
    failed = sighting.answering() == Condition.DOWN ? failed + 1 : 0;
    for (Trouble trouble : Trouble.values()) {
      switch (sighting.shows(trouble)) {
        case YES -> {
          shown.put(trouble, sighting);
          steady(trouble, Condition.DEGRADED, sighting.at());
        }
        case NO -> steady(trouble, Condition.UP, sighting.at());
        case UNTOLD -> {}
      }
    }
  }

  private void steady(Trouble trouble, Condition measured, Instant at) {
    told.merge(trouble, 1, Integer::sum);
    troubles.put(
        trouble,
        troubles.getOrDefault(trouble, Steadiness.of(Condition.UP, at)).after(measured, at));
  }

  /** Waits for the next look. */
  void rest() throws InterruptedException {
    asker.rest(failed());
  }

  private synchronized int failed() {
    return failed;
  }

  /** Findings from before our beginning of which too few looks told to say that they are over. */
  synchronized List<String> untold() {
    return Stream.of(Trouble.values())
        .filter(this::isLookedFor)
        .filter(trouble -> told.getOrDefault(trouble, 0) < Steadiness.BETTER)
        .map(trouble -> Finding.fingerprint(trouble.code(), subject()))
        .toList();
  }

  private boolean isLookedFor(Trouble trouble) {
    return switch (trouble) {
      case DOWN, SLOW -> true;
      case STALE, AHEAD -> watched.stateAt().isPresent();
    };
  }

  synchronized Optional<Sighting> last() {
    return last;
  }

  /** Connections that were lost, the latest last. */
  synchronized List<Drop> drops() {
    return drops;
  }

  /** What is counted of it. */
  synchronized Counted counted() {
    return new Counted(watched.name(), new TreeMap<>(results), last, dropped);
  }

  /** What is wrong with it now. */
  synchronized List<Finding> findings(Instant now) {
    List<Finding> found = new ArrayList<>();
    for (Trouble trouble : Trouble.values()) {
      Optional.ofNullable(troubles.get(trouble))
          .filter(steady -> steady.condition() == Condition.DEGRADED)
          .flatMap(_ -> Optional.ofNullable(shown.get(trouble)))
          .ifPresent(sighting -> found.add(finding(trouble, sighting)));
    }
    List<Drop> lately = Drop.within(drops, DROP_TOLD_FOR, now);
    if (!lately.isEmpty()) {
      found.add(dropped(lately));
    }
    return found;
  }

  private Finding finding(Trouble trouble, Sighting sighting) {
    Map<String, String> evidence = new TreeMap<>();
    evidence.put("place", watched.url().place());
    sighting.order().ifPresent(id -> evidence.put("order", Spans.clipped(id)));
    evidence.put("result", sighting.reply().word());
    return Finding.of(
        trouble.code(),
        subject(),
        trouble.severity(),
        watched.name() + " " + sighting.sentence(trouble),
        evidence);
  }

  private Finding dropped(List<Drop> lately) {
    Drop latest = lately.getLast();
    return Finding.of(
        DROPPED,
        subject(),
        lately.size() < MANY_DROPS ? Severity.P3 : Severity.P2,
        watched.name()
            + " dropped its connection "
            + (lately.size() == 1 ? "" : lately.size() + " times ")
            + "within "
            + Spans.brief(DROP_TOLD_FOR)
            + ", after "
            + Spans.brief(latest.after())
            + " (code "
            + latest.code()
            + ")",
        Map.of("place", watched.url().place(), "code", Integer.toString(latest.code())));
  }

  private String subject() {
    return "frontend " + watched.name();
  }

  @Override
  public void close() {
    asker.close();
  }
}
