package dev.metaops.checkup;

import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.freeze.Standing;
import dev.metaops.health.Report;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.ListenerState;
import dev.metaops.look.Examination;
import dev.metaops.look.HealthDrawing;
import dev.metaops.look.ListenerWords;
import dev.metaops.look.OrdersGlance;
import dev.metaops.look.OrdersGlance.Judgement;
import dev.metaops.look.OrdersGlance.Rows;
import dev.metaops.look.OrdersLook;
import dev.metaops.look.StatusSnapshot;
import dev.metaops.order.OrderState;
import dev.metaops.order.Verdict;
import dev.metaops.page.Amounts;
import dev.metaops.page.Clock;
import dev.metaops.reach.Books;
import dev.metaops.reach.Judged;
import dev.metaops.reach.Reach;
import dev.metaops.time.Deadline;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What {@code status} says, and what it rests on.
 *
 * @param exit how bad it is: what the sentence says, health and what is not shown of the rows
 * @param rows empty when the orders database was not read
 * @param judgement of those rows
 */
record StatusLook(
    Conversation conversation,
    StatusSnapshot snapshot,
    StatusSentence sentence,
    ExitCode exit,
    Report report,
    Optional<Rows> rows,
    Optional<Judgement> judgement) {

  /**
   * Looks now.
   *
   * @param more what else is read over the same door, after the orders
   */
  static StatusLook of(Conversation conversation, OrdersLook.More more, Deadline deadline) {
    OrdersGlance glance = new OrdersGlance(conversation);
    Examination examination =
        Examination.ofAll(
            conversation,
            (books, stream) -> {
              glance.read(books, stream);
              more.read(books, stream);
            },
            deadline);
    Optional<Rows> rows = examination.database().isPresent() ? glance.rows() : Optional.empty();
    Optional<Judgement> judgement = rows.map(found -> glance.judge(found, examination, deadline));
    StatusSnapshot snapshot =
        new StatusSnapshot(
            examination.stream()
                .map(Stream::now)
                .or(() -> rows.map(Rows::now))
                .orElseGet(conversation.ticker()::now),
            conversation.settings().orders().mode(),
            examination.databaseTrouble(),
            examination.chainTrouble(),
            examination.listener(),
            Reach.localFreeze(conversation).standing(),
            rows.flatMap(found -> judgement.map(judged -> orders(found, judged, conversation))));
    StatusSentence sentence =
        StatusSentence.of(snapshot)
            .knowing(
                conversation.settings().services().listener(), examination.deadListenerService());
    ExitCode exit =
        sentence
            .exit()
            .worst(HealthDrawing.exit(examination.report().overall()))
            .worst(rows.flatMap(Rows::caveat).map(Books.Caveat::exit).orElse(ExitCode.FINE));
    return new StatusLook(
        conversation, snapshot, sentence, exit, examination.report(), rows, judgement);
  }

  private static StatusSnapshot.Orders orders(
      Rows rows, Judgement judgement, Conversation conversation) {
    var escrow = new Amounts(conversation.settings());
    rows.open().stream()
        .filter(sum -> !sum.is(OrderState.CREATED))
        .forEach(sum -> escrow.add(sum.units(), sum.token()));
    var wrong = new Amounts(conversation.settings());
    List<Judged> contradicting = judgement.contradicting();
    contradicting.forEach(order -> wrong.add(order.row().terms()));
    return new StatusSnapshot.Orders(
        OrdersGlance.count(rows.open()),
        escrow.sum(),
        judgement.basis(),
        contradicting.size(),
        wrong.sum(),
        judgement.deadlines().stream()
            .filter(deadline -> deadline.isAfter(rows.now()))
            .min(Instant::compareTo),
        OrdersGlance.count(rows.old()),
        conversation.settings().orders().stuckAfter(),
        judgement.counts().getOrDefault(Verdict.Code.NEVER_FUNDED, 0L));
  }

  /** That nothing is written, by whose order and since when; empty while nothing is frozen. */
  Optional<String> freeze() {
    Instant now = snapshot.now();
    return switch (snapshot.local()) {
      case Standing.Frozen(String actor, String reason, Instant at) ->
          Optional.of(
              "FROZEN on this machine since "
                  + Clock.since(at, now)
                  + " by "
                  + actor
                  + " ("
                  + reason
                  + "); the orders database does not know it yet");
      case Standing.Unreadable(String why) ->
          Optional.of("nobody can tell whether this machine is frozen: " + why);
      case Standing.Free _ ->
          snapshot
              .listener()
              .flatMap(ListenerState::frozen)
              .map(freeze ->
                  ListenerWords.frozen(freeze, now).replaceFirst("frozen", "FROZEN")
                      + ": metaops writes no order row");
    };
  }
}
