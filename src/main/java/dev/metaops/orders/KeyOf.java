package dev.metaops.orders;

import dev.metaops.chain.Hash;
import dev.metaops.order.OrderTerms;
import java.util.Optional;

/** What the contract's events name a row's order by. */
@FunctionalInterface
public interface KeyOf {
  /**
   * Empty while the row names no escrow.
   *
   * @param terms the row's, without a key
   * @param column what the row's key column says, when the table has one and it says something
   * @throws IllegalArgumentException with a phrase when that cannot be read as a key
   */
  Optional<Hash> keyOf(OrderTerms terms, Optional<String> column);
}
