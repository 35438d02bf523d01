package dev.metaops.order;

import java.time.Instant;
import java.util.Optional;

/**
 * What judging needs of an order's row.
 *
 * @param word the row's own word for its state
 * @param state what the word means; absent when it is UNMAPPED
 * @param fundBy end of the funding window
 */
public record RowView(String orderId, String word, Optional<OrderState> state, Instant fundBy) {
  /** Of a row whose words are the states' own names. */
  public static RowView of(String orderId, String word, Instant fundBy) {
    return new RowView(orderId, word, OrderState.parse(word), fundBy);
  }
}
