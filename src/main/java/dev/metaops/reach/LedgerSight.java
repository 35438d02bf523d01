package dev.metaops.reach;

import dev.metaops.config.EscrowSection;
import dev.metaops.config.Settings;
import dev.metaops.ledger.Stream;
import dev.metaops.order.ChainView;
import dev.metaops.orders.OrderRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How the ledger is read when an order is judged by it.
 *
 * @param finalityMoved when a block last became final, as far as the ledger knows
 * @param stalledAfter how long that may be ago
 */
public record LedgerSight(
    ChainView.Ways ways, Optional<Instant> finalityMoved, Duration stalledAfter) {

  public static LedgerSight of(Settings settings, Optional<Stream> stream) {
    return new LedgerSight(
        settings.escrow().profile() == EscrowSection.Profile.TRADE_INSTANCE
            ? ChainView.Ways.CONTRACT_PER_ORDER
            : ChainView.Ways.ONE_CONTRACT,
        stream.flatMap(Stream::settledMovedAt),
        settings.chain().finalityStalledAfter());
  }

  /** What the ledger says of the row's escrow. */
  public ChainView of(OrderRow row, Instant now) {
    OrderRow.LedgerStatus ledger = row.ledger();
    return ledger
        .heldBy()
        .<ChainView>map(why ->
            new ChainView.NotSeen(
                "an event of its escrow cannot be read, so the listener leaves it: " + why))
        .orElseGet(() ->
            new ChainView.Seen(
                    ledger.settled(),
                    ledger.included(),
                    ledger.deadline(),
                    Optional.empty(),
                    ledger.lostEvents())
                .as(ways)
                .whereFinality(finalityMoved, stalledAfter, now));
  }
}
