package dev.metaops.order;

import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whom the chain waits for, and until when. */
final class Waiting {
  private Waiting() {}

  static String sentence(RowView row, OrderState state, ChainView.Seen seen, Instant now) {
    return switch (seen.ways()) {
      case ONE_CONTRACT ->
          state == OrderState.DISPUTED
              ? "disputed: the chain waits for the arbiter's decision"
              : buyer(seen.deadline(), now);
      case CONTRACT_PER_ORDER ->
          switch (state) {
            case CREATED, PENDING ->
                "nothing deposited yet: the chain waits for the depositor"
                    + until(row.fundBy(), now);
            case DEPOSITED ->
                "the money is deposited: the chain waits for the counterparty to confirm, or for"
                    + " the arbiter to refund";
            case CONFIRMED ->
                "confirmed: the chain waits for the depositor to trade, or for the arbiter's"
                    + " signature to release";
            case TRADED -> "traded: the chain waits for the arbiter's signature to release";
            case DISPUTED -> "disputed: the chain waits for the arbiter's decision";
            case SETTLED, REFUNDED, CANCELLED -> "nothing";
          };
    };
  }

  private static String buyer(Optional<Instant> deadline, Instant now) {
    if (deadline.isEmpty()) {
      return "the money is in escrow: the chain waits for the buyer to release it";
    }
    return now.isAfter(deadline.get())
        ? "the money is in escrow, past its deadline since "
            + Ages.of(Duration.between(deadline.get(), now))
            + ": the buyer may take a refund since "
            + Judge.UTC_MINUTE.format(deadline.get())
        : "the money is in escrow: the chain waits for the buyer to release it until "
            + Judge.UTC_MINUTE.format(deadline.get());
  }

  private static String until(Instant fundBy, Instant now) {
    return now.isAfter(fundBy)
        ? ", whose window closed " + Ages.of(Duration.between(fundBy, now)) + " ago"
        : " until " + Judge.UTC_MINUTE.format(fundBy);
  }
}
