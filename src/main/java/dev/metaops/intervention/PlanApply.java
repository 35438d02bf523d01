package dev.metaops.intervention;

import dev.metaops.command.Actor;
import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.PlanCommand;
import dev.metaops.command.Shared;
import dev.metaops.order.Witnesses;
import dev.metaops.orders.OrdersStore;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.plan.Approvals;
import dev.metaops.plan.KeptPlan;
import dev.metaops.plan.Outcome;
import dev.metaops.plan.PlanState;
import dev.metaops.plan.PlanStore;
import dev.metaops.plan.ThreeSteps;
import dev.metaops.reach.Books;
import dev.metaops.reconcile.Progress;
import dev.metaops.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code plan apply}: what was shown, once, read back by another path. */
final class PlanApply {
  private final PlanShelf shelf;
  private final Conversation conversation;
  private final Deadline deadline;
  private final Consumer<ThreeSteps.Waypoint> passed;

  PlanApply(PlanShelf shelf, Conversation conversation, Deadline deadline) {
    this(shelf, conversation, deadline, _ -> {});
  }

  PlanApply(
      PlanShelf shelf,
      Conversation conversation,
      Deadline deadline,
      Consumer<ThreeSteps.Waypoint> passed) {
    this.shelf = shelf;
    this.conversation = conversation;
    this.deadline = deadline;
    this.passed = passed;
  }

  Answer of(KeptPlan kept, PlanCommand.Apply command) throws SQLException {
    Optional<String> blind = blind(kept, command.witnesses());
    if (blind.isPresent()) {
      return refused(kept, blind.get());
    }
    Optional<String> why =
        switch (command.glass()) {
          case WHOLE -> forbidden(kept);
          case BROKEN -> {
            Optional<String> no = forbidden(kept);
            boolean isOpen =
                kept.state() == PlanState.PLANNED || kept.state() == PlanState.APPROVED;
            yield no.isEmpty() && isOpen ? new BreakGlass(shelf, conversation).signed(kept) : no;
          }
        };
    if (why.isPresent()) {
      return refused(kept, why.get());
    }
    if (conversation.shared().purpose() == Shared.Purpose.DRY_RUN) {
      return PlanScreen.answer(shelf, kept, conversation);
    }
    try (Books books = Books.open(conversation, "metaops plan apply", deadline)) {
      return books.orders() instanceof OrdersStore owned
          ? applied(kept, owned, command.witnesses())
          : refused(kept, "metaops only observes this table (it is not installed there)");
    }
  }

  /** What two people stand behind nobody changes alone. */
  private static Optional<String> blind(KeptPlan kept, Witnesses given) {
    boolean isSigned = kept.plan().planClass().others() > 0;
    return given == Witnesses.ONE_IS_ENOUGH && isSigned && kept.plan().witnesses() != given
        ? Optional.of(
            "whoever approves "
                + kept.plan().planClass()
                + " has to see that one provider's word is enough: make the plan anew with"
                + " --accept-one-provider (metaops order fix "
                + kept.plan().moves().getFirst().orderId()
                + " \"WHY\" --accept-one-provider)")
        : Optional.empty();
  }

  /** What stands against writing rows here, where the plan would. */
  private Optional<String> forbidden(KeptPlan kept) {
    return switch (kept.state()) {
      case PLANNED, APPROVED, APPLYING -> Intervention.obstacle(conversation);
      case APPLIED, VERIFIED, CLOSED, REJECTED, EXPIRED, VOID -> Optional.empty();
    };
  }

  private Answer applied(KeptPlan kept, OrdersStore orders, Witnesses witnesses)
      throws SQLException {
    Connection connection = orders.connection();
    Progress progress = Intervention.progress(conversation);
    ThreeSteps.Ending ending =
        new ThreeSteps(
                shelf.plans(),
                new PlanStore(connection),
                new ProvedAgain(conversation, orders, witnesses),
                passed,
                judged ->
                    progress.reached(
                        "orders database", "orders judged", judged, kept.plan().moves().size()))
            .apply(
                kept, shelf.environment(), PlanShelf.people(conversation.settings()), Actor.name());
    Intervention.seal(conversation, connection);
    if (ending instanceof ThreeSteps.Ending.Settled) {
      tellOfSolo(kept);
    }
    return answer(kept, ending);
  }

  /** SPEC §4 wants all contacts told; until there are contacts, whoever is here is. */
  private void tellOfSolo(KeptPlan kept) throws SQLException {
    String solo = Approvals.Footing.SOLO.name();
    boolean isSolo =
        shelf.plans().turns(kept.plan().id()).stream().anyMatch(turn -> turn.why().equals(solo));
    if (isSolo) {
      conversation
          .person()
          .tell(
              kept.plan().id()
                  + ": recorded as solo. No contacts are configured to be told: tell them"
                  + " yourself.");
    }
  }

  private static Answer answer(KeptPlan kept, ThreeSteps.Ending ending) {
    String id = kept.plan().id();
    return switch (ending) {
      case ThreeSteps.Ending.Refused(String why) -> refused(kept, why);
      case ThreeSteps.Ending.NotApproved(var result) ->
          refused(kept, PlanScreen.sentence(kept.plan().planClass(), result));
      case ThreeSteps.Ending.Open(String why, List<Outcome> outcomes) ->
          screen(
              kept,
              ExitCode.COULD_NOT,
              PlanState.APPLYING,
              id + ": not done: " + why + " (run it again: metaops plan apply " + id + ")",
              outcomes,
              List.of());
      case ThreeSteps.Ending.Settled(PlanState state, var outcomes, var unverified) ->
          screen(
              kept,
              exit(outcomes, unverified),
              state,
              sentence(id, outcomes, unverified),
              outcomes,
              unverified);
    };
  }

  private static ExitCode exit(List<Outcome> outcomes, List<String> unverified) {
    if (!unverified.isEmpty()) {
      return ExitCode.CRITICAL;
    }
    return outcomes.stream().allMatch(Outcome::isThere) ? ExitCode.FINE : ExitCode.WORLD_CHANGED;
  }

  private static String sentence(String id, List<Outcome> outcomes, List<String> unverified) {
    long there = outcomes.stream().filter(Outcome::isThere).count();
    String how = there + " of " + outcomes.size() + " orders are where the plan wants them";
    if (!unverified.isEmpty()) {
      return id + ": applied, NOT verified: " + how + " by the orders database's word alone";
    }
    if (there == 0) {
      return id + ": skipped, nothing was changed: rows or chain had changed (make a new plan)";
    }
    return id
        + ": "
        + how
        + ", applied and VERIFIED"
        + (there < outcomes.size() ? "; the others were skipped (make a new plan)" : "");
  }

  private static Answer refused(KeptPlan kept, String why) {
    return screen(
        kept,
        ExitCode.REFUSED,
        kept.state(),
        "refused, nothing was changed: " + why,
        List.of(),
        List.of());
  }

  private static Answer screen(
      KeptPlan kept,
      ExitCode exit,
      PlanState state,
      String sentence,
      List<Outcome> outcomes,
      List<String> unverified) {
    return Answer.of(exit, new Screen(kept, exit, state, sentence, outcomes, unverified));
  }

  private record Screen(
      KeptPlan kept,
      ExitCode exit,
      PlanState state,
      String sentence,
      List<Outcome> outcomes,
      List<String> unverified)
      implements Picture {
    @Override
    public String shape() {
      return "plan-apply/1";
    }

    @Override
    public void drawText(Page page) {
      if (!outcomes.isEmpty()) {
        page.table(PlanScreen.moves(kept.plan(), outcomes));
      }
      unverified.forEach(line -> page.line(Ink.BAD, "  " + line));
      page.line(ink(), sentence);
    }

    private Ink ink() {
      return switch (exit) {
        case FINE -> Ink.GOOD;
        case CRITICAL -> Ink.BAD;
        case WARNING, COULD_NOT, REFUSED, WORLD_CHANGED, USAGE -> Ink.WARNING;
      };
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("plan", kept.plan().id())
          .put("digest", kept.plan().digest().text())
          .put("state", state.name())
          .put("sentence", sentence);
      PlanScreen.drawOutcomes(into, outcomes);
      ArrayNode wrong = into.putArray("unverified");
      unverified.forEach(wrong::add);
    }
  }
}
