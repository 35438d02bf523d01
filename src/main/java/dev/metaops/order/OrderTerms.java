package dev.metaops.order;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowKey;
import java.math.BigInteger;

/**
 * What buyer and seller agreed on, as the row has it. An event counts for the order only if it
 * agrees: anyone can emit an id. SQL's {@code metaops.agrees} is the same function.
 *
 * @param amount base units
 * @param contract the escrow contract the order settles through
 * @param key the orderId of that contract's events
 */
public record OrderTerms(
    String orderId,
    Address buyer,
    Address seller,
    Address token,
    BigInteger amount,
    Address contract,
    Hash key) {

  /** Whether this event, of this order's key, is about these terms. */
  public Agreement with(EscrowEvent event) {
    return contract.equals(event.log().address())
            && key.equals(event.key())
            && switch (event.kind()) {
              case CREATED -> event.terms().filter(this::sameAs).isPresent();
              case RELEASED -> paid(event, seller);
              case REFUNDED, CANCELLED -> paid(event, buyer);
              case DISPUTED ->
                  event.to().filter(by -> by.equals(buyer) || by.equals(seller)).isPresent();
            }
        ? Agreement.AGREES
        : Agreement.DISAGREES;
  }

  /** Whether the row's key is the one these terms give in the reference registry. */
  public Agreement ofKey() {
    return key.equals(EscrowKey.of(orderId, buyer, seller, token, amount))
        ? Agreement.AGREES
        : Agreement.DISAGREES;
  }

  private boolean sameAs(EscrowEvent.Terms terms) {
    return terms.orderId().equals(orderId)
        && terms.buyer().equals(buyer)
        && terms.seller().equals(seller)
        && terms.token().equals(token)
        && terms.amount().equals(amount);
  }

  private boolean paid(EscrowEvent event, Address party) {
    return event.to().filter(party::equals).isPresent()
        && event.amount().filter(amount::equals).isPresent();
  }

  /** Whether what the chain shows is about this order. */
  public enum Agreement {
    AGREES,
    DISAGREES
  }
}
