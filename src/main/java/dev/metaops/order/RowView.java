package dev.metaops.order;

import java.time.Instant;

/**
 * What judging needs of an order's row.
 *
 * @param state the row's own word, which may be none of {@link OrderState}
 * @param fundBy end of the funding window
 */
public record RowView(String orderId, String state, Instant fundBy) {}
