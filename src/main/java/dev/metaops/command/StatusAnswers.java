package dev.metaops.command;

import dev.metaops.command.OrdersGlance.Judgement;
import dev.metaops.command.OrdersGlance.Rows;
import dev.metaops.command.StatusSnapshot.Basis;
import dev.metaops.freeze.Standing;
import dev.metaops.health.Condition;
import dev.metaops.health.Report;
import dev.metaops.health.Result;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.ListenerState;
import dev.metaops.order.OrderState;
import dev.metaops.order.Verdict;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers {@code status}: database and chain side by side, the contract itself where the ledger
 * cannot be believed, and then one screen, within 3 seconds whatever is broken.
 */
public final class StatusAnswers implements Answers<StatusCommand> {
  @Override
  public Answer to(StatusCommand command, Conversation conversation) {
    Deadline deadline = Reach.deadline(conversation).atMost(HealthAnswers.QUICK);
    OrdersGlance glance = new OrdersGlance(conversation);
    Examination examination = Examination.ofAll(conversation, glance::read, deadline);
    Optional<Rows> rows = examination.database().isPresent() ? glance.rows() : Optional.empty();
    Optional<Judgement> judgement = rows.map(found -> glance.judge(found, examination, deadline));
    Standing local = Reach.localFreeze(conversation).standing();
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
            local,
            rows.flatMap(found -> judgement.map(judged -> orders(found, judged, conversation))));
    StatusSentence sentence =
        StatusSentence.of(snapshot)
            .knowing(
                conversation.settings().services().listener(), examination.deadListenerService());
    ExitCode exit =
        sentence
            .exit()
            .worst(HealthAnswers.exit(examination.report().overall()))
            .worst(rows.flatMap(Rows::caveat).map(Books.Caveat::exit).orElse(ExitCode.FINE));
    return Answer.of(
        exit,
        new Screen(conversation, snapshot, sentence, exit, examination.report(), rows, judgement));
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

  private record Screen(
      Conversation conversation,
      StatusSnapshot snapshot,
      StatusSentence sentence,
      ExitCode exit,
      Report report,
      Optional<Rows> rows,
      Optional<Judgement> judgement)
      implements Picture {
    @Override
    public String shape() {
      return "status/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(
          switch (sentence.exit()) {
            case FINE -> Ink.GOOD;
            case WARNING -> Ink.WARNING;
            case CRITICAL, COULD_NOT, REFUSED, WORLD_CHANGED, USAGE -> Ink.BAD;
          },
          sentence.text());
      rows.flatMap(Rows::caveat).ifPresent(caveat -> page.line(Ink.WARNING, caveat.sentence()));
      freeze().ifPresent(banner -> page.line(Ink.WARNING, banner));
      var table = new Table().column("").column("");
      rows.ifPresent(found -> table.row("orders", states(found)));
      judgement.ifPresent(judged -> table.row("verdicts", verdicts(judged)));
      table.row("health", health());
      table.row(
          "mode",
          conversation.settings().orders().mode().doing()
              + ", "
              + conversation.settings().environment().name());
      table.row("next", sentence.next());
      page.table(table);
    }

    private Optional<String> freeze() {
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

    private String states(Rows found) {
      if (found.open().isEmpty()) {
        return "the orders table shows no open order";
      }
      var amounts = new Amounts(conversation.settings());
      return found.open().stream()
          .map(sum ->
              sum.count()
                  + " "
                  + StatesAnswer.word(sum)
                  + " "
                  + amounts.of(sum.units(), sum.token())
                  + " (oldest "
                  + Ages.of(Duration.between(sum.oldest(), found.now()))
                  + ")")
          .collect(Collectors.joining(" · "));
    }

    private String verdicts(Judgement judged) {
      String by =
          switch (judged.basis()) {
            case Basis.Ledger(Duration staleness) ->
                "by the ledger, " + Ages.of(staleness) + " behind";
            case Basis.Contract(int reached, int of) ->
                "by the contract, reached " + reached + " of " + of;
            case Basis.Nothing(String why) -> "UNKNOWN: " + why;
          };
      String counts =
          judged.counts().entrySet().stream()
              .map(count -> count.getValue() + " " + count.getKey())
              .collect(Collectors.joining(" · "));
      return counts.isEmpty() ? by : counts + " (" + by + ")";
    }

    private String health() {
      return report.results().stream().map(Screen::brief).collect(Collectors.joining(" · "));
    }

    private static String brief(Result result) {
      String subject = result.subject().isEmpty() ? "" : " " + result.subject();
      return result.component()
          + subject
          + " "
          + result.condition()
          + (result.condition() == Condition.UP && !result.component().equals(Examination.LISTENER)
              ? " " + result.took().toMillis() + " ms"
              : "");
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", snapshot.now().toString())
          .put("sentence", sentence.text())
          .put("next", sentence.next())
          .put("exit", exit.status())
          .put("mode", conversation.settings().orders().mode().name())
          .put("environment", conversation.settings().environment().name());
      freeze().ifPresent(banner -> into.put("frozen", banner));
      rows.flatMap(Rows::caveat).ifPresent(caveat -> into.put("caveat", caveat.sentence()));
      snapshot.listener().ifPresent(state -> into.put("listener", ListenerAnswers.word(state)));
      HealthAnswers.drawJson(into.putObject("health"), report, HealthAnswers.memory(conversation));
      snapshot
          .orders()
          .ifPresent(orders -> {
            ObjectNode json = into.putObject("orders");
            json.put("open", orders.count())
                .put("in_escrow", orders.inEscrow())
                .put("contradicting", orders.contradicting())
                .put("contradicting_amount", orders.contradictingAmount())
                .put("old", orders.old())
                .put("never_funded", orders.neverFunded());
            orders.firstDeadline().ifPresent(at -> json.put("first_deadline", at.toString()));
            ObjectNode basis = json.putObject("basis");
            switch (orders.basis()) {
              case Basis.Ledger(Duration staleness) ->
                  basis.put("kind", "ledger").put("behind_s", staleness.toSeconds());
              case Basis.Contract(int reached, int of) ->
                  basis.put("kind", "chain").put("reached", reached).put("of", of);
              case Basis.Nothing(String why) -> basis.put("kind", "unknown").put("why", why);
            }
          });
      judgement.ifPresent(judged -> {
        ObjectNode counts = into.putObject("verdicts");
        judged.counts().forEach((code, count) -> counts.put(code.name(), count));
      });
      rows.ifPresent(found -> {
        ArrayNode states = into.putArray("states");
        StatesAnswer.drawSums(states, found.open());
      });
    }
  }
}
