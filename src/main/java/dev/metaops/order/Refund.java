package dev.metaops.order;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether an order's money, held by the chain, may be paid back to its buyer by now. */
public sealed interface Refund {
  /**
   * The money is there and nobody has to wait for it any longer.
   *
   * @param state where the chain stands
   * @param since when the deadline passed; without one since when the order has its state
   */
  record Due(OrderState state, Instant since, Ground ground) implements Refund {}

  /** Nothing is held, or somebody still has time. */
  record NotDue() implements Refund {}

  /** The chain's events or terms contradict the row: whose money it is has to be found out. */
  record Contradicted() implements Refund {}

  /** Nobody could look, and why. */
  record Unknown(String why) implements Refund {}

  /** Why nobody has to wait. */
  enum Ground {
    DEADLINE,
    /** This kind of escrow has none: the order has been in its state for too long. */
    NO_DEADLINE
  }

  /**
   * By the newest block, final or not: who is paid back twice is not helped.
   *
   * @param stateSince since when the row has its state
   * @param patience how long an order may stay in a state when its escrow has no deadline
   * @param now the chain's clock: the deadline is compared with it
   */
  static Refund of(ChainView view, Instant stateSince, Duration patience, Instant now) {
    return switch (view) {
      case ChainView.NotSeen(String why) -> new Unknown(why);
      case ChainView.Seen seen ->
          switch (seen.included()) {
            case Folded.Conflict() -> new Contradicted();
            case Folded.Stands(OrderState state) ->
                isRefundable(state, seen.ways())
                    ? due(state, seen, stateSince, patience, now)
                    : new NotDue();
          };
    };
  }

  /** Whether the contract, in this state, holds money that it may pay back. */
  private static boolean isRefundable(OrderState state, ChainView.Ways ways) {
    return switch (state) {
      case PENDING ->
          switch (ways) {
            case ONE_CONTRACT -> true;
            case CONTRACT_PER_ORDER -> false;
          };
      case DEPOSITED, DISPUTED -> true;
      case CREATED, CONFIRMED, TRADED, SETTLED, REFUNDED, CANCELLED -> false;
    };
  }

  private static Refund due(
      OrderState state, ChainView.Seen seen, Instant since, Duration patience, Instant now) {
    Optional<Instant> deadline = seen.deadline();
    if (deadline.isPresent()) {
      return now.isBefore(deadline.get())
          ? new NotDue()
          : new Due(state, deadline.get(), Ground.DEADLINE);
    }
    return now.isBefore(since.plus(patience))
        ? new NotDue()
        : new Due(state, since, Ground.NO_DEADLINE);
  }
}
