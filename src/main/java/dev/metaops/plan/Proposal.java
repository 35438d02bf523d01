package dev.metaops.plan;

import dev.metaops.order.Judge;
import dev.metaops.order.OrderState;
import dev.metaops.order.Transition;
import dev.metaops.order.Verdict;
import dev.metaops.orders.OrderRow;
import dev.metaops.reconcile.Evidence;
import java.time.Instant;
import java.util.Optional;

/** What {@code order fix} may do with one order, and why. Pure. */
public sealed interface Proposal {
  /** The verdict it rests on. */
  Verdict verdict();

  /** The chain proves it: this target may go into a plan. */
  record Movable(Verdict verdict, Plan.Target target) implements Proposal {}

  /** Row and chain agree on what was asked, or there is nothing to move. */
  record NothingToMove(Verdict verdict) implements Proposal {}

  /** Against the chain, or not by one person. Exit code 4, and recorded. */
  record Refused(Verdict verdict, String why) implements Proposal {}

  /** Nobody could look. Exit code 3. */
  record CannotTell(Verdict verdict, String why) implements Proposal {}

  /**
   * Judges anew from the row and the evidence.
   *
   * @param asked "only if the chain proves it to be this"; without it, wherever the chain has it
   */
  static Proposal of(OrderRow row, Evidence evidence, Optional<OrderState> asked, Instant now) {
    Verdict verdict = Judge.judge(row.view(), evidence.view(), now);
    return switch (evidence) {
      case Evidence.None none -> new CannotTell(verdict, none.view().why());
      case Evidence.Found found -> of(row, found, verdict, asked);
    };
  }

  private static Proposal of(
      OrderRow row, Evidence.Found found, Verdict verdict, Optional<OrderState> asked) {
    if (asked.isPresent() && !asked.equals(legal(verdict))) {
      return new Refused(
          verdict,
          "asked for "
              + asked.get()
              + ", the chain says "
              + verdict.proved().map(OrderState::name).orElse("nothing that agrees with the row")
              + ": "
              + verdict.sentence());
    }
    return switch (verdict.code()) {
      case ROW_BEHIND -> movable(row, found, verdict);
      case CONSISTENT, WAITING, TX_TROUBLE ->
          verdict.proved().map(OrderState::name).filter(row.state()::equals).isPresent()
              ? new NothingToMove(verdict)
              : new Refused(verdict, verdict.sentence());
      case NOT_FINAL ->
          asked.isPresent() && row.state().equals(asked.get().name())
              ? new NothingToMove(verdict)
              : new Refused(verdict, "not final yet: " + verdict.sentence());
      case UNKNOWN -> new CannotTell(verdict, verdict.sentence());
      case ROW_FALSE, CONFLICT -> contradicted(row, found, verdict);
      case NO_ROW ->
          new Refused(verdict, verdict.sentence() + "; legal is: " + verdict.code().action());
      case NEVER_FUNDED -> unfunded(row, found, verdict);
      case ORPHANED -> new Refused(verdict, verdict.sentence() + "; the listener re-folds it");
    };
  }

  /** Where the row may go: what is never funded may be cancelled. */
  static Optional<OrderState> legal(Verdict verdict) {
    return verdict.code() == Verdict.Code.NEVER_FUNDED
        ? Optional.of(OrderState.CANCELLED)
        : verdict.proved();
  }

  /** An ending that is not the chain's: to what final events prove, by two people. */
  private static Proposal contradicted(OrderRow row, Evidence.Found found, Verdict verdict) {
    return found.finalEvents().isEmpty() || verdict.proved().isEmpty()
        ? new Refused(
            verdict,
            verdict.sentence()
                + "; no final event says where it belongs, so no plan can (legal is: "
                + verdict.code().action()
                + ")")
        : movable(row, found, verdict);
  }

  /** No event may be on its way, and the contract itself has to know no escrow. */
  private static Proposal unfunded(OrderRow row, Evidence.Found found, Verdict verdict) {
    if (!found.finalEvents().isEmpty() || !found.laterEvents().isEmpty()) {
      return new Refused(verdict, verdict.sentence() + "; and yet the chain shows events of it");
    }
    if (row.known().map(state -> Transition.between(state, OrderState.CANCELLED)).orElseThrow()
        instanceof Transition.Refused(String rule)) {
      return new Refused(verdict, verdict.sentence() + "; " + rule);
    }
    return found.storage().isEmpty()
        ? unasked(verdict)
        : target(row, found, verdict, OrderState.CANCELLED);
  }

  private static Proposal target(
      OrderRow row, Evidence.Found found, Verdict verdict, OrderState to) {
    return new Movable(
        verdict,
        new Plan.Target(
            row.id(), row.state(), to, row.rowVersion(), PlanClass.of(verdict.code()), found));
  }

  private static Proposal unasked(Verdict verdict) {
    return new Refused(
        verdict,
        verdict.sentence()
            + "; events and receipts alone move no row by hand: the contract's storage cannot be"
            + " asked (set escrow.status-function)");
  }

  private static Proposal movable(OrderRow row, Evidence.Found found, Verdict verdict) {
    if (found.storage().isEmpty()) {
      return unasked(verdict);
    }
    return verdict
        .proved()
        .filter(_ -> !found.finalEvents().isEmpty())
        .map(to -> target(row, found, verdict, to))
        .orElseGet(
            () -> new Refused(verdict, "not final yet: its event lies above the settled block"));
  }
}
