package dev.metaops.orderdesk;

import dev.metaops.command.ExitCode;
import dev.metaops.order.OrderState;
import dev.metaops.order.Verdict;
import dev.metaops.orders.OrderRow;
import dev.metaops.plan.Proposal;
import dev.metaops.reconcile.Testimony;
import java.util.Optional;

/** One of many orders: what the chain says of it, and what may be done. */
record BulkCase(OrderRow row, Proposal proposal, Testimony testimony) {
  private static final String COULD_NOT_LOOK = "could not look: ";

  String id() {
    return row.id();
  }

  Optional<Proposal.Movable> movable() {
    return proposal instanceof Proposal.Movable movable ? Optional.of(movable) : Optional.empty();
  }

  /** Whether it may move, and the listener would do the same. */
  boolean isBehind() {
    return movable().isPresent() && verdict().code() == Verdict.Code.ROW_BEHIND;
  }

  Verdict verdict() {
    return proposal.verdict();
  }

  /** What the chain says, as few words as it takes. */
  String says() {
    return switch (verdict().code()) {
      case ROW_BEHIND -> verdict().proved().map(BulkCase::became).orElse("moved on chain");
      case WAITING, TX_TROUBLE -> verdict().proved().map(BulkCase::waits).orElse("waits");
      case NOT_FINAL -> "on chain, not final yet";
      case NEVER_FUNDED -> "never funded";
      case CONSISTENT -> "row and chain agree";
      case ROW_FALSE -> "escrow still holds it, the row says " + row.state();
      case CONFLICT -> "contradicts the chain";
      case NO_ROW -> "escrow without an order";
      case ORPHANED -> "its block is gone";
      case UNKNOWN -> "could not be proved";
    };
  }

  private static String became(OrderState state) {
    return switch (state) {
      case SETTLED -> "released on chain";
      case REFUNDED -> "refunded on chain";
      case CANCELLED -> "cancelled on chain";
      case DISPUTED -> "disputed on chain";
      case PENDING -> "funded on chain";
      case DEPOSITED -> "deposited on chain";
      case CONFIRMED -> "confirmed on chain";
      case TRADED -> "traded on chain";
      case CREATED -> "no escrow on chain";
    };
  }

  private static String waits(OrderState state) {
    return switch (state) {
      case CREATED -> "no escrow yet";
      case DISPUTED -> "in dispute";
      case PENDING, DEPOSITED, CONFIRMED, TRADED -> "escrow still holds it";
      case SETTLED, REFUNDED, CANCELLED -> became(state);
    };
  }

  /** Why it is left alone, where its state on chain does not say that by itself. */
  Optional<String> whyLeft(Optional<OrderState> only) {
    return switch (proposal) {
      case Proposal.Movable _, Proposal.NothingToMove _ -> Optional.empty();
      case Proposal.CannotTell cannot -> Optional.of(withoutPrefix(cannot.why()));
      case Proposal.Refused refused ->
          verdict().code() != Verdict.Code.ROW_BEHIND
              ? Optional.empty()
              : isAskedOtherwise(only)
                  ? Optional.of(
                      "you asked for "
                          + only.orElseThrow()
                          + "; the chain says "
                          + verdict().proved().map(OrderState::name).orElse("something else"))
                  : Optional.of(refused.why());
    };
  }

  /** Whether the chain is ahead, and leads where was asked, and something else forbids it. */
  boolean isHeldUp(Optional<OrderState> only) {
    return proposal instanceof Proposal.Refused
        && verdict().code() == Verdict.Code.ROW_BEHIND
        && !isAskedOtherwise(only);
  }

  /** Whether the chain proves another state than was asked for. */
  boolean isAskedOtherwise(Optional<OrderState> only) {
    return only.isPresent() && !only.equals(verdict().proved());
  }

  private static String withoutPrefix(String why) {
    return why.startsWith(COULD_NOT_LOOK) ? why.substring(COULD_NOT_LOOK.length()) : why;
  }

  /** What is wrong beyond being behind, for the exit code. */
  ExitCode exit() {
    return switch (verdict().code()) {
      case UNKNOWN -> ExitCode.COULD_NOT;
      case ROW_FALSE, CONFLICT, NO_ROW, ORPHANED -> ExitCode.CRITICAL;
      case ROW_BEHIND, TX_TROUBLE, NEVER_FUNDED, NOT_FINAL, WAITING, CONSISTENT -> ExitCode.FINE;
    };
  }
}
