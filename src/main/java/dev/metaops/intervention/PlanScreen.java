package dev.metaops.intervention;

import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.page.Clock;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.plan.Approval;
import dev.metaops.plan.Approvals;
import dev.metaops.plan.FrozenPlan;
import dev.metaops.plan.KeptPlan;
import dev.metaops.plan.Outcome;
import dev.metaops.plan.PlanClass;
import dev.metaops.plan.PlanEvent;
import dev.metaops.plan.PlanState;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A plan, who stands behind it, and its life until now.
 *
 * @param words all that people signed about it
 * @param review who applied it alone, where nobody has looked at it yet
 */
public record PlanScreen(
    KeptPlan kept,
    List<Approval> words,
    Approvals.Result standing,
    List<Outcome> outcomes,
    List<KeptPlan.Turn> turns,
    Optional<String> review,
    Instant now)
    implements Picture {
  /** Orders a screen holds. */
  private static final int MOST_SHOWN = 50;

  static Answer answer(PlanShelf shelf, KeptPlan kept, Conversation conversation)
      throws SQLException {
    return Answer.of(ExitCode.FINE, of(shelf, kept, conversation));
  }

  static PlanScreen of(PlanShelf shelf, KeptPlan kept, Conversation conversation)
      throws SQLException {
    String id = kept.plan().id();
    Instant now = shelf.plans().now();
    List<Approval> words = shelf.plans().approvals(id);
    return new PlanScreen(
        kept,
        words,
        Approvals.judge(
            kept.plan(),
            shelf.environment(),
            words,
            PlanShelf.people(conversation.settings()),
            now),
        shelf.plans().outcomes(id),
        shelf.plans().turns(id),
        new BreakGlass(shelf, conversation).review(kept),
        now);
  }

  @Override
  public String shape() {
    return "plan-show/1";
  }

  @Override
  public void drawText(Page page) {
    PlanState state = kept.stateAt(now);
    page.line(PlanList.ink(state), headline(kept, state, now));
    page.line(sentence());
    switch (kept.plan().witnesses()) {
      case TWO_OF_SEVERAL -> {}
      case ONE_IS_ENOUGH ->
          page.line(
              Ink.WARNING,
              "Of several providers ONE is enough for it (--accept-one-provider): nobody need"
                  + " confirm what that one says.");
    }
    review.ifPresent(
        by -> page.line(Ink.WARNING, "It was " + BreakGlass.sentence(kept.plan().id(), by)));
    next().ifPresent(command -> page.line(Ink.STRONG, "Next: " + command));
    page.blank();
    moves(kept.plan(), outcomes).drawOn(page);
    int more = kept.plan().moves().size() - MOST_SHOWN;
    if (more > 0) {
      page.line("and " + more + " more (-o json lists all)");
    }
    if (!words.isEmpty()) {
      page.blank();
      signatures().drawOn(page);
    }
    page.blank();
    life().drawOn(page);
  }

  /** What an approver types: six digits, as they stand in the first line. */
  static String shortDigest(FrozenPlan plan) {
    return plan.digest().text().substring(2, 8);
  }

  /** {@code P-8K2F: PLANNED, RESYNC by kim, 1 order, made 02:41Z (2 min), expires 02:56Z}. */
  static String headline(KeptPlan kept, PlanState state, Instant now) {
    FrozenPlan plan = kept.plan();
    int orders = plan.moves().size();
    return plan.id()
        + ": "
        + state
        + ", "
        + plan.verb()
        + " ("
        + plan.planClass()
        + ") by "
        + plan.actor()
        + ", "
        + orders
        + (orders == 1 ? " order" : " orders")
        + ", made "
        + Clock.since(plan.createdAt(), now)
        + ", expires "
        + Clock.at(plan.expiresAt(), now)
        + ", digest "
        + shortDigest(plan)
        + plan.reason().map(why -> ": " + why).orElse("");
  }

  static Table moves(FrozenPlan plan, List<Outcome> outcomes) {
    var table =
        new Table()
            .column("order")
            .column("from")
            .column("")
            .column("to")
            .column("the contract says")
            .column("final up to", Table.Side.RIGHT)
            .column("asked")
            .column(outcomes.isEmpty() ? "" : "outcome");
    for (FrozenPlan.Move move : plan.moves().stream().limit(MOST_SHOWN).toList()) {
      Optional<Outcome> outcome =
          outcomes.stream().filter(one -> one.orderId().equals(move.orderId())).findFirst();
      table.row(
          List.of(
              Table.Cell.of(move.orderId()),
              Table.Cell.of(move.from()),
              Table.Cell.of("→"),
              Table.Cell.of(Ink.STRONG, move.to()),
              Table.Cell.of(move.storage().isEmpty() ? "not asked" : move.storage()),
              Table.Cell.of(String.valueOf(move.settled())),
              Table.Cell.of(move.provider()),
              outcome.map(PlanScreen::cell).orElse(Table.Cell.of(""))));
    }
    return table;
  }

  static Table.Cell cell(Outcome outcome) {
    String why = outcome.why().isEmpty() ? "" : ": " + outcome.why();
    return Table.Cell.of(outcome.isThere() ? Ink.GOOD : Ink.WARNING, outcome.kind() + why);
  }

  private Table signatures() {
    var table =
        new Table().column("signed").column("who").column("key").column("what").column("counts");
    for (Approval word : words) {
      Optional<Approvals.Flaw> flaw = flaw(word);
      table.row(
          List.of(
              Table.Cell.of(Clock.at(word.at(), now)),
              Table.Cell.of(word.person()),
              Table.Cell.of(word.key()),
              Table.Cell.of(word.decision().name()),
              flaw.map(why -> Table.Cell.of(Ink.WARNING, "no: " + why.words()))
                  .orElse(Table.Cell.of(Ink.GOOD, "yes"))));
    }
    return table;
  }

  private Table life() {
    var table = new Table().column("when").column("became").column("by").column("");
    for (KeptPlan.Turn turn : turns) {
      table.row(Clock.at(turn.at(), now), turn.to(), turn.actor(), why(turn.event(), turn.why()));
    }
    return table;
  }

  /** Why a step was taken, in words: one that begins a plan holds the name of its footing. */
  public static String why(String event, String why) {
    return event.equals(PlanEvent.BEGIN.name())
        ? Approvals.Footing.named(why).map(Approvals.Footing::words).orElse(why)
        : why;
  }

  private Optional<Approvals.Flaw> flaw(Approval word) {
    return standing.discounted().stream()
        .filter(discounted -> discounted.approval().equals(word))
        .map(Approvals.Discounted::flaw)
        .findFirst();
  }

  /** Where it stands with people, in one sentence. */
  private String sentence() {
    return switch (kept.stateAt(now)) {
      case PLANNED, APPROVED, APPLYING -> sentence(kept.plan().planClass(), standing);
      case APPLIED -> "Applied, and not verified.";
      case VERIFIED, CLOSED -> "Applied and verified.";
      case REJECTED -> "Rejected: nobody can apply it.";
      case EXPIRED -> "Expired: make a new one, rows and chain have moved since.";
      case VOID -> "Void: rows or chain had changed, no order was moved.";
    };
  }

  public static String sentence(PlanClass planClass, Approvals.Result standing) {
    return switch (standing) {
      case Approvals.Result.Enough(Approvals.Footing footing, List<Approval> counted, var _)
          when footing != Approvals.Footing.PEOPLE ->
          "It can be applied ("
              + footing.words()
              + ", "
              + String.join(", ", counted.stream().map(Approval::person).toList())
              + ").";
      case Approvals.Result.Enough(var _, List<Approval> counted, var _) ->
          counted.isEmpty()
              ? planClass + " takes one person: it can be applied."
              : "Approved by "
                  + String.join(", ", counted.stream().map(Approval::person).toList())
                  + ": it can be applied.";
      case Approvals.Result.Early(Instant from, var _) ->
          "One operator is configured, so it waits and can be applied after "
              + Approvals.SOLO_DELAY.toMinutes()
              + " minutes, from "
              + from.truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
              + " on (or by another person's approval: people.keys).";
      case Approvals.Result.Missing(int more, var from, var _, var _) ->
          "Waits for "
              + more
              + " more to approve it: "
              + (from.isEmpty()
                  ? "nobody is configured who could (people.approvers)"
                  : String.join(", ", from))
              + ".";
      case Approvals.Result.Ownerless(String actor, var _) ->
          "Cannot be approved: "
              + actor
              + ", who planned it, has not signed it (metaops people key), so nobody can be known"
              + " to be another person.";
      case Approvals.Result.Rejected(Approval by, var _) ->
          "Rejected by " + by.person() + ": nobody can apply it.";
      case Approvals.Result.Expired _ -> "Expired: make a new one.";
    };
  }

  /** Of a plan that waits: where it stands with people, and what is to be typed. */
  public static String ahead(FrozenPlan plan, Approvals.Result standing) {
    String apply = "metaops plan apply " + plan.id();
    String where = sentence(plan.planClass(), standing);
    return switch (standing) {
      case Approvals.Result.Enough _ -> "Apply: " + apply;
      case Approvals.Result.Missing _ ->
          where + " Approve: metaops plan approve " + plan.id() + ". Then apply: " + apply;
      case Approvals.Result.Early _ -> where + " Then apply: " + apply;
      case Approvals.Result.Ownerless _, Approvals.Result.Rejected _, Approvals.Result.Expired _ ->
          where + " It is kept: metaops plan show " + plan.id();
    };
  }

  private Optional<String> next() {
    String id = kept.plan().id();
    return switch (kept.stateAt(now)) {
      case PLANNED, APPROVED, APPLYING ->
          switch (standing) {
            case Approvals.Result.Enough _ -> Optional.of("metaops plan apply " + id);
            case Approvals.Result.Missing _ -> Optional.of("metaops plan approve " + id);
            case Approvals.Result.Early _,
                Approvals.Result.Ownerless _,
                Approvals.Result.Rejected _,
                Approvals.Result.Expired _ ->
                Optional.empty();
          };
      case APPLIED, VERIFIED -> Optional.of("metaops plan apply " + id);
      case CLOSED, REJECTED, EXPIRED, VOID -> Optional.empty();
    };
  }

  /** The fields every shape has of a plan. */
  static void drawJson(ObjectNode into, KeptPlan kept, Instant now) {
    FrozenPlan plan = kept.plan();
    into.put("plan", plan.id())
        .put("digest", plan.digest().text())
        .put("state", kept.stateAt(now).name())
        .put("class", plan.planClass().name())
        .put("verb", plan.verb())
        .put("actor", plan.actor())
        .put("witnesses", plan.witnesses().name());
    plan.reason().ifPresent(why -> into.put("reason", why));
    into.put("created_at", plan.createdAt().toString())
        .put("expires_at", plan.expiresAt().toString());
    ArrayNode orders = into.putArray("orders");
    for (FrozenPlan.Move move : plan.moves()) {
      ObjectNode one =
          orders
              .addObject()
              .put("order", move.orderId())
              .put("from", move.from())
              .put("to", move.to())
              .put("provider", move.provider())
              .put("settled", move.settled());
      if (!move.storage().isEmpty()) {
        one.put("storage", move.storage());
      }
    }
  }

  static void drawOutcomes(ObjectNode into, List<Outcome> outcomes) {
    ArrayNode array = into.putArray("outcomes");
    for (Outcome outcome : outcomes) {
      ObjectNode one =
          array.addObject().put("order", outcome.orderId()).put("outcome", outcome.kind().name());
      if (!outcome.why().isEmpty()) {
        one.put("why", outcome.why());
      }
    }
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("at", now.toString());
    drawJson(into, kept, now);
    into.put("text", kept.plan().text());
    into.put("environment", kept.environment()).put("sentence", sentence());
    next().ifPresent(command -> into.put("next", command));
    review.ifPresent(by -> into.put("open_review_of", by));
    ArrayNode signed = into.putArray("signatures");
    for (Approval word : words) {
      ObjectNode one =
          signed
              .addObject()
              .put("decision", word.decision().name())
              .put("person", word.person())
              .put("key", word.key())
              .put("at", word.at().toString())
              .put("text", word.signedText())
              .put("signature", word.signature());
      flaw(word).ifPresent(why -> one.put("does_not_count", why.words()));
    }
    drawOutcomes(into, outcomes);
    ArrayNode steps = into.putArray("steps");
    for (KeptPlan.Turn turn : turns) {
      steps
          .addObject()
          .put("at", turn.at().toString())
          .put("step", turn.event())
          .put("from", turn.from())
          .put("to", turn.to())
          .put("actor", turn.actor())
          .put("why", turn.why());
    }
  }
}
