package dev.metaops.canary;

import dev.metaops.order.OrderState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What the orders database says of one order. */
public sealed interface RowSight {
  /**
   * Its row.
   *
   * @param word the row's own word for its state
   * @param known what the word means; empty when it is UNMAPPED
   * @param since when it took that state
   * @param held for how long it has had it, by the database's clock
   */
  record Row(String word, Optional<OrderState> known, Instant since, Duration held)
      implements RowSight {}

  /** The table shows no such row, and hides none. */
  record Absent() implements RowSight {}

  record Unread(String why) implements RowSight {}
}
