package dev.metaops.intervention;

import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.PlanCommand;
import dev.metaops.page.Sentence;
import dev.metaops.plan.KeptPlan;
import dev.metaops.plan.KeptPlanStore;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Reach;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Answers {@code plan}. */
public final class PlanAnswers implements Answers<PlanCommand> {
  @Override
  public Answer to(PlanCommand command, Conversation conversation) {
    String verb = command.name().substring("plan ".length());
    Deadline deadline = Reach.deadline(conversation);
    try (PlanShelf shelf = PlanShelf.open(conversation, deadline)) {
      return switch (command) {
        case PlanCommand.Plans plans -> list(shelf, plans, conversation);
        case PlanCommand.Show show ->
            named(shelf, show.plan(), verb, kept -> PlanScreen.answer(shelf, kept, conversation));
        case PlanCommand.Approve approve ->
            named(
                shelf,
                approve.plan(),
                verb,
                kept ->
                    new PlanWord(shelf, conversation)
                        .approve(kept, approve.consent(), approve.digest()));
        case PlanCommand.Reject reject ->
            named(
                shelf,
                reject.plan(),
                verb,
                kept -> new PlanWord(shelf, conversation).reject(kept, reject.reason()));
        case PlanCommand.Apply apply ->
            named(
                shelf,
                apply.plan(),
                verb,
                kept -> new PlanApply(shelf, conversation, deadline).of(kept, apply));
        case PlanCommand.Revert revert ->
            named(
                shelf,
                revert.plan(),
                verb,
                kept -> new PlanRevert(shelf, conversation, deadline).of(kept, revert.reason()));
      };
    } catch (SQLException e) {
      return Answer.couldNot("plan", verb, "UNKNOWN: " + words(e));
    }
  }

  /** Our own words where no database said any. */
  public static String words(SQLException e) {
    return e.getSQLState() == null ? String.valueOf(e.getMessage()) : DatabaseWords.of(e);
  }

  private static Answer list(PlanShelf shelf, PlanCommand.Plans command, Conversation conversation)
      throws SQLException {
    var plans = new ArrayList<KeptPlan>();
    var altered = new ArrayList<String>();
    for (KeptPlanStore.Found found : shelf.plans().newest(command.listing().limit())) {
      switch (found) {
        case KeptPlanStore.Found.One(KeptPlan kept) -> plans.add(kept);
        case KeptPlanStore.Found.Altered(String why) -> altered.add(why);
        case KeptPlanStore.Found.None() -> {}
      }
    }
    return Answer.of(
        altered.isEmpty() ? ExitCode.FINE : ExitCode.CRITICAL,
        new PlanList(
            plans,
            List.copyOf(altered),
            new BreakGlass(shelf, conversation).open(),
            shelf.plans().count(),
            shelf.plans().now()));
  }

  /** What is done with the plan once it is found. */
  private interface Then {
    Answer with(KeptPlan kept) throws SQLException;
  }

  private static Answer named(PlanShelf shelf, String id, String verb, Then then)
      throws SQLException {
    return switch (shelf.plans().find(id)) {
      case KeptPlanStore.Found.One(KeptPlan kept) -> then.with(kept);
      case KeptPlanStore.Found.None() ->
          Answer.couldNot("plan", verb, "no plan " + id + " is kept here (metaops plan list)");
      case KeptPlanStore.Found.Altered(String why) ->
          verb.equals("show")
              ? Answer.of(ExitCode.CRITICAL, new Sentence("plan", verb, why))
              : Answer.refused("plan", verb, "refused, nothing was changed: " + why);
    };
  }
}
