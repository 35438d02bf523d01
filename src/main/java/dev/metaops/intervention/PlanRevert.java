package dev.metaops.intervention;

import dev.metaops.command.Actor;
import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Reason;
import dev.metaops.command.Shared;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.Stream;
import dev.metaops.order.OrderState;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.OrdersStore;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.plan.FrozenPlan;
import dev.metaops.plan.KeptPlan;
import dev.metaops.plan.Outcome;
import dev.metaops.plan.Plan;
import dev.metaops.plan.PlanStore;
import dev.metaops.plan.Proposal;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Inquiry;
import dev.metaops.reconcile.Testimony;
import dev.metaops.reconcile.Wanted;
import dev.metaops.time.Deadline;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code plan revert}: a new plan that takes back what a plan moved, judged like any other; where
 * the chain does not prove the state before, it says why and leaves the row alone. Changes no row.
 */
final class PlanRevert {
  private final PlanShelf shelf;
  private final Conversation conversation;
  private final Deadline deadline;

  PlanRevert(PlanShelf shelf, Conversation conversation, Deadline deadline) {
    this.shelf = shelf;
    this.conversation = conversation;
    this.deadline = deadline;
  }

  /** One order of the plan that is to be taken back. */
  private record Back(FrozenPlan.Move move, Optional<Plan.Target> target, String why) {}

  Answer of(KeptPlan kept, Optional<String> reason) throws SQLException {
    Set<String> applied =
        shelf.plans().outcomes(kept.plan().id()).stream()
            .filter(outcome -> outcome.kind() == Outcome.Kind.APPLIED)
            .map(Outcome::orderId)
            .collect(Collectors.toSet());
    List<FrozenPlan.Move> moves =
        kept.plan().moves().stream().filter(move -> applied.contains(move.orderId())).toList();
    if (moves.isEmpty()) {
      return answer(
          kept,
          ExitCode.REFUSED,
          "refused, nothing was changed: "
              + kept.plan().id()
              + switch (kept.state()) {
                case APPLYING ->
                    " was begun, and what it moved is not known yet: metaops plan apply "
                        + kept.plan().id();
                case PLANNED, APPROVED, REJECTED, EXPIRED, VOID, APPLIED, VERIFIED, CLOSED ->
                    " moved no order";
              },
          List.of());
    }
    try (Books books = Books.open(conversation, "metaops plan revert", deadline)) {
      return books.orders() instanceof OrdersStore owned
          ? planned(kept, moves, reason, owned)
          : answer(
              kept,
              ExitCode.REFUSED,
              "refused, nothing was changed: metaops only observes this table",
              List.of());
    }
  }

  private Answer planned(
      KeptPlan kept, List<FrozenPlan.Move> moves, Optional<String> reason, OrdersStore orders)
      throws SQLException {
    Optional<Long> pinned = new LedgerStore(orders.connection()).stream().map(Stream::chainId);
    Optional<Inquiry> inquiry =
        Reach.inquiryOfMany(conversation.settings(), pinned, conversation.ticker());
    if (inquiry.isEmpty() || pinned.isEmpty()) {
      return answer(
          kept,
          ExitCode.COULD_NOT,
          "UNKNOWN: no chain is configured, or none is pinned in this database yet",
          List.of());
    }
    Instant now = orders.now();
    List<Back> backs = judged(moves, orders, inquiry.get(), pinned, now);
    List<Plan.Target> targets = backs.stream().flatMap(back -> back.target().stream()).toList();
    refuse(backs, orders);
    String counted = targets.size() + " of " + moves.size() + " orders can be taken back";
    if (targets.isEmpty()) {
      return answer(
          kept,
          ExitCode.REFUSED,
          "refused, NOTHING WAS CHANGED: " + counted + ": " + backs.getFirst().why(),
          backs);
    }
    String why = "revert of " + kept.plan().id() + reason.map(given -> ": " + given).orElse("");
    Plan plan =
        new Plan(
            Plan.newId(new SecureRandom()),
            "plan revert",
            Actor.name(),
            Optional.of(Reason.fitted(why)),
            pinned.get(),
            now,
            targets);
    if (plan.planClass().others() > 0 && reason.isEmpty()) {
      return answer(
          kept,
          ExitCode.REFUSED,
          "refused, nothing was changed: "
              + counted
              + ", and "
              + plan.planClass()
              + " takes a reason (metaops plan revert "
              + kept.plan().id()
              + " \"WHY\")",
          backs);
    }
    if (conversation.shared().purpose() == Shared.Purpose.DRY_RUN) {
      return answer(kept, ExitCode.FINE, "dry run: no plan was kept: " + counted, backs);
    }
    if (!shelf.keep(plan, conversation)) {
      return answer(
          kept,
          ExitCode.COULD_NOT,
          "nothing was changed: the name of the new plan is taken (run it again)",
          backs);
    }
    FrozenPlan frozen = FrozenPlan.of(plan);
    String ahead = PlanScreen.ahead(frozen, shelf.standing(frozen, conversation));
    return answer(kept, ExitCode.WARNING, "NOTHING WAS CHANGED: " + counted + ". " + ahead, backs);
  }

  private List<Back> judged(
      List<FrozenPlan.Move> moves,
      OrdersStore orders,
      Inquiry inquiry,
      Optional<Long> pinned,
      Instant now)
      throws SQLException {
    Map<String, OrderRow> rows = new HashMap<>();
    orders
        .byIds(moves.stream().map(FrozenPlan.Move::orderId).toList())
        .forEach(row -> rows.put(row.id(), row));
    Map<String, Testimony> testimonies =
        rows.isEmpty()
            ? Map.of()
            : inquiry.inspectAll(
                rows.values().stream()
                    .map(row -> new Wanted(row.terms(), row.ledger().lostEvents()))
                    .toList(),
                Intervention.progress(conversation),
                Intervention.deadline(conversation, rows.size()));
    List<Back> backs = new ArrayList<>();
    for (FrozenPlan.Move move : moves) {
      Optional<OrderRow> row = Optional.ofNullable(rows.get(move.orderId()));
      backs.add(
          row.isEmpty()
              ? new Back(move, Optional.empty(), "the row is gone")
              : !row.get().state().equals(move.to())
                  ? new Back(
                      move,
                      Optional.empty(),
                      "the row reads " + row.get().state() + " by now, not " + move.to())
                  : judged(
                      move,
                      row.get(),
                      Optional.ofNullable(testimonies.get(move.orderId())).orElseThrow(),
                      pinned,
                      now));
    }
    return backs;
  }

  private Back judged(
      FrozenPlan.Move move, OrderRow row, Testimony testimony, Optional<Long> pinned, Instant now) {
    Optional<OrderState> before =
        Arrays.stream(OrderState.values())
            .filter(state -> state.name().equals(move.from()))
            .findFirst();
    if (before.isEmpty()) {
      return new Back(move, Optional.empty(), move.from() + " is no state metaops knows");
    }
    Proposal proposal =
        new Funding(conversation, pinned, deadline)
            .checked(List.of(row), List.of(Proposal.of(row, testimony.evidence(), before, now)))
            .getFirst();
    Optional<String> unvouched = Intervention.unvouched(testimony);
    return switch (proposal) {
      case Proposal.Movable _ when unvouched.isPresent() ->
          new Back(move, Optional.empty(), unvouched.get());
      case Proposal.Movable movable ->
          new Back(move, Optional.of(movable.target()), movable.verdict().sentence());
      case Proposal.NothingToMove nothing ->
          new Back(move, Optional.empty(), nothing.verdict().sentence());
      case Proposal.Refused refused -> new Back(move, Optional.empty(), refused.why());
      case Proposal.CannotTell cannot ->
          new Back(move, Optional.empty(), "could not look: " + cannot.why());
    };
  }

  private void refuse(List<Back> backs, OrdersStore orders) {
    for (Back back : backs) {
      if (back.target().isEmpty()) {
        try {
          new PlanStore(orders.connection())
              .recordRefusal(
                  back.move().orderId(), Actor.name(), "back to " + back.move().from(), back.why());
        } catch (SQLException e) {
          conversation.person().tell("the refusal could not be recorded: " + DatabaseWords.of(e));
        }
      }
    }
    Intervention.seal(conversation, orders.connection());
  }

  private static Answer answer(KeptPlan kept, ExitCode exit, String sentence, List<Back> backs) {
    return Answer.of(exit, new Screen(kept, exit, sentence, backs));
  }

  private record Screen(KeptPlan kept, ExitCode exit, String sentence, List<Back> backs)
      implements Picture {
    /** Orders a screen holds. */
    private static final int MOST_SHOWN = 50;

    @Override
    public String shape() {
      return "plan-revert/1";
    }

    @Override
    public void drawText(Page page) {
      if (!backs.isEmpty()) {
        var table =
            new Table().column("order").column("reads").column("").column("before").column("");
        for (Back back : backs.stream().limit(MOST_SHOWN).toList()) {
          table.row(
              List.of(
                  Table.Cell.of(back.move().orderId()),
                  Table.Cell.of(back.move().to()),
                  Table.Cell.of(back.target().isPresent() ? "→" : "stays, not"),
                  Table.Cell.of(back.move().from()),
                  Table.Cell.of(back.target().isPresent() ? Ink.PLAIN : Ink.WARNING, back.why())));
        }
        page.table(table);
      }
      page.line(Ink.WARNING, sentence);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("plan", kept.plan().id()).put("sentence", sentence);
      ArrayNode orders = into.putArray("orders");
      for (Back back : backs) {
        orders
            .addObject()
            .put("order", back.move().orderId())
            .put("from", back.move().to())
            .put("to", back.move().from())
            .put("may", back.target().isPresent() ? "MOVE" : "LEFT_ALONE")
            .put("why", back.why());
      }
    }
  }
}
