package dev.metaops.checkup;

import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.StatusCommand;
import dev.metaops.health.Condition;
import dev.metaops.health.Result;
import dev.metaops.look.Examination;
import dev.metaops.look.HealthDrawing;
import dev.metaops.look.ListenerWords;
import dev.metaops.look.OrdersGlance.Judgement;
import dev.metaops.look.OrdersGlance.Rows;
import dev.metaops.look.StatusSnapshot.Basis;
import dev.metaops.page.Amounts;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.SumsTable;
import dev.metaops.page.Table;
import dev.metaops.reach.Reach;
import dev.metaops.time.Ages;
import java.time.Duration;
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
    StatusLook look =
        StatusLook.of(
            conversation, (_, _) -> {}, Reach.deadline(conversation).atMost(Examination.QUICK));
    return Answer.of(look.exit(), new Screen(look));
  }

  private record Screen(StatusLook look) implements Picture {
    @Override
    public String shape() {
      return "status/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(
          switch (look.sentence().exit()) {
            case FINE -> Ink.GOOD;
            case WARNING -> Ink.WARNING;
            case CRITICAL, COULD_NOT, REFUSED, WORLD_CHANGED, USAGE -> Ink.BAD;
          },
          look.sentence().text());
      look.rows()
          .flatMap(Rows::caveat)
          .ifPresent(caveat -> page.line(Ink.WARNING, caveat.sentence()));
      look.freeze().ifPresent(banner -> page.line(Ink.WARNING, banner));
      var table = new Table().column("").column("");
      look.rows().ifPresent(found -> table.row("orders", states(found)));
      look.judgement().ifPresent(judged -> table.row("verdicts", verdicts(judged)));
      table.row("health", health());
      table.row(
          "mode",
          look.conversation().settings().orders().mode().doing()
              + ", "
              + look.conversation().settings().environment().name());
      table.row("next", look.sentence().next());
      page.table(table);
    }

    private String states(Rows found) {
      if (found.open().isEmpty()) {
        return "the orders table shows no open order";
      }
      var amounts = new Amounts(look.conversation().settings());
      return found.open().stream()
          .map(sum ->
              sum.count()
                  + " "
                  + SumsTable.word(sum)
                  + " "
                  + amounts.of(sum.units(), sum.token())
                  + " (oldest "
                  + Ages.of(Duration.between(sum.oldest(), found.now()))
                  + ")")
          .collect(Collectors.joining(" · "));
    }

    private String verdicts(Judgement judged) {
      String counts =
          judged.counts().entrySet().stream()
              .map(count -> count.getValue() + " " + count.getKey())
              .collect(Collectors.joining(" · "));
      String by = judged.basis().text();
      return counts.isEmpty() ? by : counts + " (" + by + ")";
    }

    private String health() {
      return look.report().results().stream().map(Screen::brief).collect(Collectors.joining(" · "));
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
      into.put("at", look.snapshot().now().toString())
          .put("sentence", look.sentence().text())
          .put("next", look.sentence().next())
          .put("exit", look.exit().status())
          .put("mode", look.conversation().settings().orders().mode().name())
          .put("environment", look.conversation().settings().environment().name());
      look.freeze().ifPresent(banner -> into.put("frozen", banner));
      look.rows().flatMap(Rows::caveat).ifPresent(caveat -> into.put("caveat", caveat.sentence()));
      look.snapshot()
          .listener()
          .ifPresent(state -> into.put("listener", ListenerWords.word(state)));
      HealthDrawing.drawJson(
          into.putObject("health"), look.report(), Examination.memory(look.conversation()));
      look.snapshot()
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
      look.judgement()
          .ifPresent(judged -> {
            ObjectNode counts = into.putObject("verdicts");
            judged.counts().forEach((code, count) -> counts.put(code.name(), count));
          });
      look.rows()
          .ifPresent(found -> {
            ArrayNode states = into.putArray("states");
            SumsTable.drawJson(states, found.open());
          });
    }
  }
}
