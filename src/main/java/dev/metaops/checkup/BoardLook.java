package dev.metaops.checkup;

import dev.metaops.command.Conversation;
import dev.metaops.config.OrdersSection;
import dev.metaops.finding.Severity;
import dev.metaops.health.CheckMemory;
import dev.metaops.health.HealthMemory;
import dev.metaops.health.Report;
import dev.metaops.health.Result;
import dev.metaops.ledger.FindingStore;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.ListenerState;
import dev.metaops.look.Examination;
import dev.metaops.look.OrdersGlance;
import dev.metaops.look.StatusSnapshot;
import dev.metaops.orders.Update;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks at what a {@link Board} shows, within 2 seconds whatever is broken. One look at a time. */
public final class BoardLook {
  private static final Duration LONGEST_WINDOW = Duration.ofMinutes(30);
  private static final Duration SHORTEST_WINDOW = Duration.ofMinutes(1);
  private static final int MOST_UPDATES = 1_000;

  /** A table that is not ours may have no index by time: it is asked seldom. */
  private static final Duration BETWEEN_THEIRS = Duration.ofSeconds(30);

  /** What took too long took the time of the rest of a look. */
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(2);

  private final Conversation conversation;
  private final Supplier<Board.Found> findings;
  private final Supplier<Report> besides;
  private volatile Board.Flow flow = new Board.Flow.Unread("not looked at yet");
  private volatile long flowAt;
  private volatile Duration pause = Duration.ZERO;
  private volatile Duration window = LONGEST_WINDOW;

  /**
   * @param findings read elsewhere
   * @param besides the latest results of checks that take longer than a look may
   */
  public BoardLook(
      Conversation conversation, Supplier<Board.Found> findings, Supplier<Report> besides) {
    this.conversation = conversation;
    this.findings = findings;
    this.besides = besides;
  }

  public synchronized Board look() {
    Instant at = conversation.ticker().now();
    Deadline deadline = Deadline.in(Examination.QUICK, conversation.ticker());
    StatusLook look = StatusLook.of(conversation, this::readFlow, deadline);
    Board.Found found = findings.get();
    return new Board(
        at,
        look.snapshot().now(),
        conversation.settings().environment().name(),
        doing(conversation),
        worse(gravity(look), gravity(found)),
        look.sentence().text(),
        look.sentence().next(),
        look.freeze(),
        look.rows().flatMap(OrdersGlance.Rows::caveat).map(Books.Caveat::sentence),
        orders(look),
        checks(look.report()),
        look.rows().isPresent() ? flow : new Board.Flow.Unread(unread(look)),
        found);
  }

  /** When a look came to nothing, as this process would say it. */
  public Board unseen(String why) {
    return Board.unseen(
        conversation.ticker().now(),
        conversation.settings().environment().name(),
        doing(conversation),
        why);
  }

  private static String doing(Conversation conversation) {
    return conversation.settings().orders().mode().doing();
  }

  private static Board.Gravity gravity(StatusLook look) {
    boolean nobodyKnows =
        look.snapshot().orders().isEmpty()
            || (look.snapshot().orders().get().basis() instanceof StatusSnapshot.Basis.Nothing
                && look.snapshot().listener().filter(BoardLook::isAlive).isPresent());
    if (nobodyKnows) {
      return Board.Gravity.UNKNOWN;
    }
    return switch (look.exit()) {
      case FINE -> Board.Gravity.FINE;
      case WARNING -> Board.Gravity.WARNING;
      case COULD_NOT -> Board.Gravity.UNKNOWN;
      case CRITICAL, REFUSED, WORLD_CHANGED, USAGE -> Board.Gravity.CRITICAL;
    };
  }

  /** The sentence says nothing of findings, and whoever reads one word reads this one. */
  private static Board.Gravity gravity(Board.Found found) {
    return switch (found) {
      case Board.Found.Unread _ -> Board.Gravity.UNKNOWN;
      case Board.Found.Read(List<FindingStore.Open> open) ->
          open.stream()
              .map(one -> one.finding().severity())
              .min(Comparator.naturalOrder())
              .map(BoardLook::gravity)
              .orElse(Board.Gravity.FINE);
    };
  }

  private static Board.Gravity gravity(Severity worst) {
    return switch (worst) {
      case P1 -> Board.Gravity.CRITICAL;
      case P2 -> Board.Gravity.WARNING;
      case P3 -> Board.Gravity.FINE;
    };
  }

  private static Board.Gravity worse(Board.Gravity one, Board.Gravity other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  private static boolean isAlive(ListenerState listener) {
    return switch (listener.pulse()) {
      case ListenerState.Pulse.Dead _, ListenerState.Pulse.Hung _ -> false;
      case ListenerState.Pulse.Never _,
          ListenerState.Pulse.Stuck _,
          ListenerState.Pulse.Behind _,
          ListenerState.Pulse.Following _,
          ListenerState.Pulse.Idle _ ->
          true;
    };
  }

  private static Board.Orders orders(StatusLook look) {
    return look.snapshot()
        .orders()
        .<Board.Orders>map(orders ->
            new Board.Orders.Read(
                orders.count(),
                orders.inEscrow(),
                look.judgement().map(OrdersGlance.Judgement::counts).orElseThrow(),
                orders.basis().text()))
        .orElseGet(() -> new Board.Orders.Unread(unread(look)));
  }

  private static String unread(StatusLook look) {
    return look.snapshot().database().orElse("no orders database is configured");
  }

  /** Those of this look, and the others as they were looked at last. */
  private List<Board.Check> checks(Report report) {
    HealthMemory memory = Examination.memory(conversation);
    List<Result> all = new ArrayList<>(report.results());
    besides.get().results().stream()
        .filter(result -> !report.components().containsKey(result.component()))
        .forEach(all::add);
    return all.stream().map(result -> check(result, memory)).toList();
  }

  private static Board.Check check(Result result, HealthMemory memory) {
    return new Board.Check(
        result.component(),
        result.subject(),
        result.condition(),
        result.diagnosis().sentence(),
        result.at(),
        result.diagnosis().vitals(),
        memory.of(result).map(CheckMemory::steadiness).map(steady -> steady.sinceLast()),
        result.diagnosis().next());
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Runs within a look, over its connection. */
  private void readFlow(Books books, Optional<Stream> stream) {
    long now = conversation.ticker().nanos();
    if (now - flowAt < pause.toNanos()) {
      return;
    }
    flowAt = now;
    pause = AFTER_FAILURE;
    try {
      Instant until = books.orders().now();
      Instant from = until.minus(window);
      List<Update> updates = books.orders().updatesSince(from, MOST_UPDATES);
      if (updates.size() < MOST_UPDATES) {
        flow = new Board.Flow.Read(from, updates);
        window = shorter(window.multipliedBy(2), LONGEST_WINDOW);
      } else {
        Instant oldest = updates.getLast().at();
        flow = new Board.Flow.Read(oldest, updates);
        // More is not shown: asking for it would cost a busy venue a second of every three.
        Duration enough = Duration.between(oldest, until).multipliedBy(2);
        window = enough.compareTo(SHORTEST_WINDOW) < 0 ? SHORTEST_WINDOW : shorter(enough, window);
      }
      boolean isOurs = conversation.settings().orders().mode() == OrdersSection.Mode.OWN;
      pause = isOurs ? Duration.ZERO : BETWEEN_THEIRS;
    } catch (SQLException unreadable) {
      flow = new Board.Flow.Unread(DatabaseWords.of(unreadable));
    }
  }
}
