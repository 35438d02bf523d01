package dev.metaops.order;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowKey;
import java.math.BigInteger;
import java.util.Optional;

/**
 * What buyer and seller agreed on, as the row has it. An event counts for the order only if it
 * agrees: anyone can emit an id. What the row's table has no column for cannot be compared, and is
 * absent; so is what an event does not say. SQL's {@code metaops.agrees} is the same function.
 *
 * @param amount base units
 * @param contract the escrow contract the order settles through
 * @param key what that contract's events name the order by; absent while the row names no escrow
 */
public record OrderTerms(
    String orderId,
    Optional<Address> buyer,
    Optional<Address> seller,
    Optional<Address> token,
    Optional<BigInteger> amount,
    Optional<Address> contract,
    Optional<Hash> key) {

  /** Of a row that has everything, as the reference table's rows do. */
  public static OrderTerms whole(
      String orderId,
      Address buyer,
      Address seller,
      Address token,
      BigInteger amount,
      Address contract,
      Hash key) {
    return new OrderTerms(
        orderId,
        Optional.of(buyer),
        Optional.of(seller),
        Optional.of(token),
        Optional.of(amount),
        Optional.of(contract),
        Optional.of(key));
  }

  /**
   * Whether this event, of this order's key, is about these terms. What either side does not say is
   * not compared; how parts that were paid add up is {@link Folded#of}'s.
   */
  public Agreement with(EscrowEvent event) {
    return isOrUnknown(contract, Optional.of(event.contract()))
            && key.filter(event.key()::equals).isPresent()
            && switch (event.kind()) {
              case CREATED -> isAbout(event.parts());
              case DEPOSITED, REFUNDED, CANCELLED -> paid(event, buyer);
              case CONFIRMED -> isOrUnknown(seller, event.to());
              case TRADED -> isOrUnknown(buyer, event.to());
              case PART_RELEASED -> isOrUnknown(seller, event.to());
              case RELEASED -> paid(event, seller);
              case DISPUTED -> event.to().map(this::isParty).orElse(true);
            }
        ? Agreement.AGREES
        : Agreement.DISAGREES;
  }

  /** Whether the row's key is the one these terms give in the reference registry. */
  public Agreement ofKey() {
    boolean isWhole =
        buyer.isPresent() && seller.isPresent() && token.isPresent() && amount.isPresent();
    return isWhole
            && key.equals(
                Optional.of(
                    EscrowKey.of(orderId, buyer.get(), seller.get(), token.get(), amount.get())))
        ? Agreement.AGREES
        : Agreement.DISAGREES;
  }

  private boolean isAbout(EscrowEvent.Parts parts) {
    return isOrUnknown(Optional.of(orderId), parts.orderId())
        && isOrUnknown(buyer, parts.buyer())
        && isOrUnknown(seller, parts.seller())
        && isOrUnknown(token, parts.token())
        && isOrUnknown(amount, parts.amount());
  }

  /** Whether these are the row's parties, token and amount, as far as the row has them. */
  public boolean isAbout(Address itsBuyer, Address itsSeller, Address itsToken, BigInteger units) {
    return isOrUnknown(buyer, Optional.of(itsBuyer))
        && isOrUnknown(seller, Optional.of(itsSeller))
        && isOrUnknown(token, Optional.of(itsToken))
        && isOrUnknown(amount, Optional.of(units));
  }

  private boolean paid(EscrowEvent event, Optional<Address> party) {
    return isOrUnknown(party, event.to()) && isOrUnknown(amount, event.amount());
  }

  private boolean isParty(Address by) {
    return buyer.isEmpty() || seller.isEmpty() || by.equals(buyer.get()) || by.equals(seller.get());
  }

  private static <T> boolean isOrUnknown(Optional<T> ours, Optional<T> theirs) {
    return ours.isEmpty() || theirs.isEmpty() || ours.equals(theirs);
  }

  /** Whether what the chain shows is about this order. */
  public enum Agreement {
    AGREES,
    DISAGREES
  }
}
