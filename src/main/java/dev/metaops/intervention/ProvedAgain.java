package dev.metaops.intervention;

import dev.metaops.command.Actor;
import dev.metaops.command.Conversation;
import dev.metaops.order.ChainView;
import dev.metaops.order.OrderState;
import dev.metaops.order.OrderTerms;
import dev.metaops.order.Verdict;
import dev.metaops.order.Witnesses;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.OrdersStore;
import dev.metaops.plan.FrozenPlan;
import dev.metaops.plan.Plan;
import dev.metaops.plan.Proposal;
import dev.metaops.plan.ThreeSteps;
import dev.metaops.reach.Misconfigured;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Evidence;
import dev.metaops.reconcile.Inquiry;
import dev.metaops.reconcile.Testimony;
import dev.metaops.reconcile.Wanted;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks rows and chain again what a kept plan rests on, in batches. */
public final class ProvedAgain implements ThreeSteps.Reading {
  private final Conversation conversation;
  private final OrdersStore orders;
  private final Witnesses given;

  /**
   * Asks nobody yet.
   *
   * @param given by whoever applies a plan, beside what its text says
   */
  ProvedAgain(Conversation conversation, OrdersStore orders, Witnesses given) {
    this.conversation = conversation;
    this.orders = orders;
    this.given = given;
  }

  @Override
  public Map<String, ThreeSteps.Proof> proofs(FrozenPlan plan, List<FrozenPlan.Move> moves)
      throws SQLException {
    Map<String, OrderRow> rows = rows(moves);
    Map<String, Testimony> testimonies = new HashMap<>();
    Optional<String> silence = Optional.empty();
    try {
      Optional<Inquiry> inquiry = inquiry(plan.chainId());
      if (inquiry.isEmpty()) {
        silence = Optional.of("no chain is configured");
      } else if (!rows.isEmpty()) {
        testimonies.putAll(
            inquiry
                .get()
                .inspectAll(
                    rows.values().stream()
                        .map(row -> new Wanted(row.terms(), row.ledger().lostEvents()))
                        .toList(),
                    Intervention.progress(conversation),
                    Intervention.deadline(conversation, rows.size())));
      }
    } catch (Misconfigured unusable) {
      silence = Optional.of(String.valueOf(unusable.getMessage()));
    }
    Map<String, ThreeSteps.Proof> proofs = new LinkedHashMap<>();
    Instant now = orders.now();
    Optional<String> unasked = silence;
    Map<String, String> funding = funding(plan, moves, rows);
    for (FrozenPlan.Move move : moves) {
      Optional<Testimony> testimony = Optional.ofNullable(testimonies.get(move.orderId()));
      ThreeSteps.Proof proof =
          Optional.ofNullable(rows.get(move.orderId()))
              .map(row -> proof(plan, move, row, testimony, unasked, now))
              // The orders database says what came of it.
              .orElseGet(ThreeSteps.Proof.Holds::new);
      Optional<String> coming = Optional.ofNullable(funding.get(move.orderId()));
      proofs.put(
          move.orderId(),
          proof instanceof ThreeSteps.Proof.Holds && coming.isPresent()
              ? new ThreeSteps.Proof.Differs(coming.get())
              : proof);
    }
    return proofs;
  }

  /** Orders to be cancelled whose own transaction may fund them yet. */
  private Map<String, String> funding(
      FrozenPlan plan, List<FrozenPlan.Move> moves, Map<String, OrderRow> rows) {
    return new Funding(
            conversation,
            Optional.of(plan.chainId()),
            Intervention.deadline(conversation, moves.size()))
        .of(
            moves.stream()
                .filter(ProvedAgain::isCancel)
                .flatMap(move -> Optional.ofNullable(rows.get(move.orderId())).stream())
                .filter(row -> !row.state().equals(OrderState.CANCELLED.name()))
                .toList());
  }

  private ThreeSteps.Proof proof(
      FrozenPlan plan,
      FrozenPlan.Move move,
      OrderRow row,
      Optional<Testimony> answered,
      Optional<String> silence,
      Instant now) {
    if (answered.isEmpty()) {
      return new ThreeSteps.Proof.CannotTell(silence.orElse("not reached in time"));
    }
    Testimony testimony = answered.get();
    Optional<String> unvouched = Intervention.unvouched(testimony);
    Optional<String> accepted = accepted(plan);
    return switch (testimony.evidence()) {
      case Evidence.None none -> new ThreeSteps.Proof.CannotTell(none.view().why());
      case Evidence.Found _ when unvouched.isPresent() && accepted.isEmpty() ->
          new ThreeSteps.Proof.CannotTell(unvouched.get() + remedy(plan));
      case Evidence.Found found ->
          onOneWord(
              proof(plan, move, row, found, now), unvouched.flatMap(_ -> accepted), testimony);
    };
  }

  private static ThreeSteps.Proof onOneWord(
      ThreeSteps.Proof proof, Optional<String> accepted, Testimony testimony) {
    return proof instanceof ThreeSteps.Proof.Holds
        ? new ThreeSteps.Proof.Holds(
            accepted.map(by -> by + ": " + testimony.shortfall().orElse("1")))
        : proof;
  }

  /** Who takes one provider's word; empty where nobody does. */
  private Optional<String> accepted(FrozenPlan plan) {
    return switch (plan.witnesses()) {
      case ONE_IS_ENOUGH -> Optional.of("accepted by the plan's text");
      case TWO_OF_SEVERAL ->
          switch (given) {
            case ONE_IS_ENOUGH -> Optional.of("accepted by " + Actor.name() + ", who applied it");
            case TWO_OF_SEVERAL -> Optional.empty();
          };
    };
  }

  private static String remedy(FrozenPlan plan) {
    return " (mend the other, or "
        + (plan.planClass().others() == 0
            ? "metaops plan apply " + plan.id() + " --accept-one-provider, which is recorded)"
            : "make the plan anew with --accept-one-provider, for its approvers to see)");
  }

  private static ThreeSteps.Proof proof(
      FrozenPlan plan, FrozenPlan.Move move, OrderRow row, Evidence.Found found, Instant now) {
    if (!row.state().equals(move.from())) {
      // Of a row that was written since, the orders database says so.
      return new ThreeSteps.Proof.Holds();
    }
    return switch (Proposal.of(row, found, Optional.empty(), now)) {
      case Proposal.Movable(Verdict verdict, Plan.Target target)
          when target.planClass().people() > plan.planClass().people() ->
          new ThreeSteps.Proof.Differs(
              "it takes "
                  + target.planClass()
                  + " ("
                  + verdict.sentence()
                  + "), the plan says "
                  + plan.planClass());
      case Proposal.Movable(Verdict _, Plan.Target target)
          when target.to().name().equals(move.to()) && move.restsOn(plan.chainId(), found) ->
          new ThreeSteps.Proof.Holds();
      case Proposal.Movable _ ->
          new ThreeSteps.Proof.Differs(
              "the chain says "
                  + found.view().settled().text()
                  + ", not by the events the plan rests on (make a new plan)");
      case Proposal.Refused(Verdict _, String why) -> new ThreeSteps.Proof.Differs(why);
      case Proposal.NothingToMove(Verdict verdict) ->
          new ThreeSteps.Proof.Differs(verdict.sentence());
      case Proposal.CannotTell(Verdict _, String why) -> new ThreeSteps.Proof.CannotTell(why);
    };
  }

  private static boolean isCancel(FrozenPlan.Move move) {
    return move.to().equals(OrderState.CANCELLED.name());
  }

  @Override
  public Map<String, String> disagreements(List<FrozenPlan.Move> moves) throws SQLException {
    Map<String, OrderRow> rows = rows(moves);
    List<OrderTerms> terms = rows.values().stream().map(OrderRow::terms).toList();
    Map<String, ChainView> views = new HashMap<>();
    String silence = "no node was asked";
    try {
      inquiry(Optional.empty())
          .filter(_ -> !terms.isEmpty())
          .ifPresent(inquiry ->
              views.putAll(
                  inquiry.sweepAll(terms, Intervention.deadline(conversation, terms.size()))));
    } catch (Misconfigured unusable) {
      silence = String.valueOf(unusable.getMessage());
    }
    Map<String, String> differs = new LinkedHashMap<>();
    for (FrozenPlan.Move move : moves) {
      Optional<OrderRow> row = Optional.ofNullable(rows.get(move.orderId()));
      ChainView view =
          Optional.ofNullable(views.get(move.orderId())).orElse(new ChainView.NotSeen(silence));
      disagreement(move.to(), row, view).ifPresent(why -> differs.put(move.orderId(), why));
    }
    return differs;
  }

  /** What of row and chain is not as it is after a move to this state. */
  public static Optional<String> disagreement(String to, Optional<OrderRow> row, ChainView view) {
    if (row.isEmpty()) {
      return Optional.of("the row is gone");
    }
    if (!row.get().state().equals(to)) {
      return Optional.of("the row reads " + row.get().state());
    }
    return switch (view) {
      case ChainView.NotSeen(String why) ->
          Optional.of("the chain could not be asked again: " + why);
      case ChainView.Seen seen -> {
        String says = seen.settled().text();
        boolean isUnfunded =
            to.equals(OrderState.CANCELLED.name()) && says.equals(OrderState.CREATED.name());
        yield says.equals(to) || isUnfunded
            ? Optional.empty()
            : Optional.of("the chain reads " + says);
      }
    };
  }

  private Map<String, OrderRow> rows(List<FrozenPlan.Move> moves) throws SQLException {
    Map<String, OrderRow> rows = new LinkedHashMap<>();
    for (OrderRow row : orders.byIds(moves.stream().map(FrozenPlan.Move::orderId).toList())) {
      rows.put(row.id(), row);
    }
    return rows;
  }

  private Optional<Inquiry> inquiry(long chainId) {
    return inquiry(Optional.of(chainId));
  }

  private Optional<Inquiry> inquiry(Optional<Long> chainId) {
    return Reach.inquiryOfMany(conversation.settings(), chainId, conversation.ticker());
  }
}
