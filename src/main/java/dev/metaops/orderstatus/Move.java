package dev.metaops.orderstatus;

import java.time.Instant;
import java.util.Optional;

/**
 * One change of an order's state, whoever made it.
 *
 * @param from absent where nobody noted it
 * @param to absent when the order is gone
 * @param since since when the row says it is in that state
 * @param transaction as the database numbers them
 * @param id grows with each commit of the same order
 */
record Move(
    String order,
    Optional<String> from,
    Optional<String> to,
    Instant since,
    long transaction,
    long id) {
  Position position(String epoch) {
    return new Position(epoch, transaction, id);
  }
}
