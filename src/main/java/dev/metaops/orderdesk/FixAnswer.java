package dev.metaops.orderdesk;

import dev.metaops.command.Actor;
import dev.metaops.command.Answer;
import dev.metaops.command.Confirmation;
import dev.metaops.command.Consent;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderCommand;
import dev.metaops.intervention.Funding;
import dev.metaops.intervention.Intervention;
import dev.metaops.intervention.PlanScreen;
import dev.metaops.intervention.PlanShelf;
import dev.metaops.intervention.ProvedAgain;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.Stream;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.OrdersStore;
import dev.metaops.page.Amounts;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.plan.FrozenPlan;
import dev.metaops.plan.Outcome;
import dev.metaops.plan.Plan;
import dev.metaops.plan.PlanStore;
import dev.metaops.plan.Proposal;
import dev.metaops.reach.Judged;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Evidence;
import dev.metaops.reconcile.Testimony;
import dev.metaops.time.Deadline;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code order fix}: prints the plan, asks, applies what was shown, reads it back. Moves a row only
 * where final chain evidence leads.
 */
final class FixAnswer {
  private final Conversation conversation;
  private final Connection connection;
  private final Deadline deadline;

  FixAnswer(Conversation conversation, Connection connection, Deadline deadline) {
    this.conversation = conversation;
    this.connection = connection;
    this.deadline = deadline;
  }

  Answer of(OrderCommand.Fix command, OrderRow row) throws SQLException {
    Answer answer = judged(command, row);
    intervention(command).seal();
    return answer;
  }

  private Intervention intervention(OrderCommand.Fix command) {
    return new Intervention(conversation, connection, command.witnesses());
  }

  private Answer judged(OrderCommand.Fix command, OrderRow row) throws SQLException {
    Optional<Long> pinned = new LedgerStore(connection).stream().map(Stream::chainId);
    Testimony evidence = VerifyAnswer.inspect(conversation, row, pinned, deadline);
    Instant now = new OrdersStore(connection).now();
    Proposal proposal =
        new Funding(conversation, pinned, deadline)
            .checked(
                List.of(row), List.of(Proposal.of(row, evidence.evidence(), command.only(), now)))
            .getFirst();
    return switch (proposal) {
      case Proposal.CannotTell cannot ->
          answer(ExitCode.COULD_NOT, row, cannot, evidence, "UNKNOWN: " + cannot.why(), List.of());
      case Proposal.NothingToMove nothing ->
          answer(
              ExitCode.FINE,
              row,
              nothing,
              evidence,
              "nothing to move: " + nothing.verdict().sentence(),
              List.of());
      case Proposal.Refused refused -> refused(command, row, refused, evidence);
      case Proposal.Movable movable -> {
        if (pinned.isEmpty()) {
          yield answer(
              ExitCode.COULD_NOT,
              row,
              movable,
              evidence,
              "no chain is pinned in this database yet: start metaops serve once",
              List.of());
        }
        if (intervention(command).vouched(movable, evidence)
            instanceof Proposal.Refused unvouched) {
          yield refused(command, row, unvouched, evidence);
        }
        yield movable(command, row, movable, evidence, pinned.get(), now);
      }
    };
  }

  private Answer refused(
      OrderCommand.Fix command, OrderRow row, Proposal.Refused refused, Testimony evidence) {
    List<String> notes = intervention(command).recorded(row.id(), command.only(), refused.why());
    return answer(
        ExitCode.REFUSED,
        row,
        refused,
        evidence,
        "refused, nothing was changed: " + refused.why(),
        notes);
  }

  private Answer movable(
      OrderCommand.Fix command,
      OrderRow row,
      Proposal.Movable movable,
      Testimony evidence,
      long chainId,
      Instant now)
      throws SQLException {
    var plan =
        new Plan(
            Plan.newId(new SecureRandom()),
            "order fix",
            Actor.name(),
            Intervention.reason(command.reason(), List.of(evidence)),
            chainId,
            now,
            List.of(movable.target()),
            command.witnesses());
    describe(plan, row, movable).forEach(this::say);
    if (command.consent() == Consent.DRY_RUN) {
      return answer(
          ExitCode.FINE, row, movable, evidence, "dry run: nothing was changed", List.of());
    }
    Optional<String> obstacle = Intervention.obstacle(conversation);
    if (obstacle.isPresent()) {
      return answer(
          ExitCode.REFUSED,
          row,
          movable,
          evidence,
          "refused, nothing was changed: " + obstacle.get(),
          List.of());
    }
    if (plan.planClass().others() > 0) {
      return forTwo(command, plan, row, movable, evidence);
    }
    if (command.consent() == Consent.ASK && !Confirmation.isGiven(conversation, "Apply? [y/N]")) {
      return answer(
          ExitCode.WARNING,
          row,
          movable,
          evidence,
          "NOTHING WAS CHANGED: 1 of 1 orders can be moved. "
              + kept(plan)
                  .orElseGet(() ->
                      "Apply: metaops order fix "
                          + row.id()
                          + " "
                          + movable.target().to()
                          + " --execute"),
          List.of());
    }
    Optional<Answer> moved = movedMeanwhile(command, row, movable, chainId);
    if (moved.isPresent()) {
      return moved.get();
    }
    return switch (new PlanStore(connection).apply(plan)) {
      case PlanStore.Result.Refused(String why) ->
          answer(
              ExitCode.REFUSED,
              row,
              movable,
              evidence,
              "refused, nothing was changed: " + why,
              intervention(command).recorded(row.id(), command.only(), why));
      case PlanStore.Result.Judged(List<Outcome> outcomes) ->
          applied(row, movable, evidence, outcomes.getFirst());
    };
  }

  /**
   * While a person is asked, what rests on no event may be funded: nothing in the orders database
   * would say so yet.
   */
  private Optional<Answer> movedMeanwhile(
      OrderCommand.Fix command, OrderRow row, Proposal.Movable movable, long chainId)
      throws SQLException {
    boolean restsOnEvents = !movable.target().evidence().finalEvents().isEmpty();
    if (command.consent() != Consent.ASK || restsOnEvents) {
      return Optional.empty();
    }
    Deadline again = Reach.deadline(conversation);
    Optional<Long> pinned = Optional.of(chainId);
    Testimony testimony = VerifyAnswer.inspect(conversation, row, pinned, again);
    Instant now = new OrdersStore(connection).now();
    Proposal anew =
        new Funding(conversation, pinned, again)
            .checked(
                List.of(row), List.of(Proposal.of(row, testimony.evidence(), command.only(), now)))
            .getFirst();
    return switch (intervention(command).vouched(anew, testimony)) {
      case Proposal.Movable(var _, Plan.Target target)
          when target.to() == movable.target().to() && target.evidence().finalEvents().isEmpty() ->
          Optional.empty();
      case Proposal.CannotTell cannot ->
          Optional.of(
              answer(
                  ExitCode.COULD_NOT,
                  row,
                  cannot,
                  testimony,
                  "nothing was changed: could not look again after you were asked: " + cannot.why(),
                  List.of()));
      case Proposal.Movable _, Proposal.NothingToMove _, Proposal.Refused _ -> {
        String why =
            "the chain changed while you were asked: "
                + (anew instanceof Proposal.Refused refused
                    ? refused.why()
                    : anew.verdict().sentence());
        yield Optional.of(
            answer(
                ExitCode.WORLD_CHANGED,
                row,
                anew,
                testimony,
                "skipped, nothing was changed: " + why + " (run it again)",
                intervention(command).recorded(row.id(), command.only(), why)));
      }
    };
  }

  /** Kept for another person to approve, however it was typed. */
  private Answer forTwo(
      OrderCommand.Fix command,
      Plan plan,
      OrderRow row,
      Proposal.Movable movable,
      Testimony evidence) {
    if (command.reason().isEmpty()) {
      return answer(
          ExitCode.REFUSED,
          row,
          movable,
          evidence,
          "refused, nothing was changed: "
              + plan.planClass()
              + " takes a reason (metaops order fix "
              + row.id()
              + " "
              + movable.target().to()
              + " \"WHY\")",
          List.of());
    }
    Optional<String> kept = kept(plan);
    return kept.isPresent()
        ? answer(
            ExitCode.WARNING,
            row,
            movable,
            evidence,
            "NOTHING WAS CHANGED: " + plan.planClass() + " takes two people. " + kept.get(),
            List.of())
        : answer(
            ExitCode.COULD_NOT,
            row,
            movable,
            evidence,
            "nothing was changed: "
                + plan.planClass()
                + " takes two people, and our own store is not up to keep the plan (start metaops"
                + " serve, or set OPS_DATABASE_URL)",
            List.of());
  }

  /** Where our own store is up, the plan waits there: for whom, and what they type. */
  private Optional<String> kept(Plan plan) {
    try (PlanShelf shelf = PlanShelf.open(conversation, deadline)) {
      FrozenPlan frozen = FrozenPlan.of(plan);
      return shelf.keep(plan, conversation)
          ? Optional.of(PlanScreen.ahead(frozen, shelf.standing(frozen, conversation)))
          : Optional.empty();
    } catch (SQLException without) {
      return Optional.empty();
    }
  }

  private Answer applied(
      OrderRow row, Proposal.Movable movable, Testimony evidence, Outcome outcome)
      throws SQLException {
    return switch (outcome.kind()) {
      case APPLIED -> verified(row, movable, evidence);
      case ALREADY ->
          answer(
              ExitCode.FINE, row, movable, evidence, "already there: " + outcome.why(), List.of());
      case CHANGED, VOID ->
          answer(
              ExitCode.WORLD_CHANGED,
              row,
              movable,
              evidence,
              "skipped, nothing was changed: " + outcome.why() + " (run it again)",
              List.of());
      case LOCKED ->
          answer(
              ExitCode.COULD_NOT,
              row,
              movable,
              evidence,
              "nothing was changed: " + outcome.why() + " (run it again when that session ends)",
              List.of());
    };
  }

  /** Reads row and contract anew: a fix is done when they agree, not when it was written. */
  private Answer verified(OrderRow row, Proposal.Movable movable, Testimony evidence)
      throws SQLException {
    Optional<OrderRow> after = new OrdersStore(connection).byId(row.id());
    Evidence again =
        VerifyAnswer.inspect(conversation, row, Optional.empty(), Reach.deadline(conversation))
            .evidence();
    if (ProvedAgain.disagreement(movable.target().to().name(), after, again.view()).isEmpty()) {
      return answer(
          ExitCode.FINE,
          row,
          movable,
          evidence,
          row.id() + ": " + row.state() + " to " + movable.target().to() + ", applied and VERIFIED",
          List.of());
    }
    return answer(
        ExitCode.CRITICAL,
        row,
        movable,
        evidence,
        "applied, NOT verified: the row reads "
            + after.map(OrderRow::state).orElse("nothing")
            + ", the chain reads "
            + (again instanceof Evidence.Found found ? found.view().settled().text() : "nothing")
            + " (metaops order verify "
            + row.id()
            + ")",
        List.of());
  }

  private List<String> describe(Plan plan, OrderRow row, Proposal.Movable movable) {
    Plan.Target target = movable.target();
    return List.of(
        "plan "
            + plan.id()
            + ": "
            + row.id()
            + "  "
            + target.from()
            + " → "
            + target.to()
            + "  "
            + new Amounts(conversation.settings()).of(row.terms()),
        "  because "
            + movable.verdict().sentence()
            + target.evidence().finalEvents().reversed().stream()
                .findFirst()
                .map(last ->
                    ": "
                        + last.kind()
                        + " in block "
                        + last.log().block()
                        + ", transaction "
                        + last.log().transaction().brief())
                .orElse(", and no event of it")
            + ", final up to "
            + target.evidence().settled().number(),
        "  "
            + target
                .evidence()
                .storage()
                .map(word -> "the contract's own storage says " + word)
                .orElse(VerifyAnswer.NO_STORAGE)
            + "; asked "
            + target.evidence().provider());
  }

  private void say(String line) {
    Confirmation.show(conversation, line);
  }

  private Answer answer(
      ExitCode exit,
      OrderRow row,
      Proposal proposal,
      Testimony evidence,
      String sentence,
      List<String> notes) {
    return new Answer(
        exit, new Screen(new Judged(row, proposal.verdict()), evidence, exit, sentence), notes);
  }

  private record Screen(Judged judged, Testimony evidence, ExitCode exit, String sentence)
      implements Picture {
    @Override
    public String shape() {
      return "order-fix/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(exit == ExitCode.FINE ? Ink.GOOD : Ink.WARNING, sentence);
    }

    @Override
    public void drawJson(ObjectNode into) {
      judged.drawJson(into);
      into.put("outcome", sentence);
      VerifyAnswer.drawJson(into, evidence.evidence(), evidence.words());
    }
  }
}
