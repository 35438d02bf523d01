package dev.metaops.orders;

import dev.metaops.chain.Address;
import dev.metaops.order.OrderState;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/**
 * Orders of one state and one token, added up. Amounts of different tokens are never added.
 *
 * @param state the table's own word
 * @param known what the word means; absent when it is UNMAPPED
 * @param token absent where the table does not say of which token its amounts are
 * @param units base units of the token
 * @param oldest since when the one longest in that state has been in it
 */
public record Sum(
    String state,
    Optional<OrderState> known,
    Optional<Address> token,
    long count,
    BigInteger units,
    Instant oldest) {
  /** Whether these are in this state. */
  public boolean is(OrderState other) {
    return known.filter(other::equals).isPresent();
  }
}
