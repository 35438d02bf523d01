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
 * absent. SQL's {@code metaops.agrees} is the same function.
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

  /** Whether this event, of this order's key, is about these terms. */
  public Agreement with(EscrowEvent event) {
    return contract.filter(event.log().address()::equals).isPresent()
            && key.filter(event.key()::equals).isPresent()
            && switch (event.kind()) {
              case CREATED -> event.terms().filter(this::sameAs).isPresent();
              case RELEASED -> paid(event, seller);
              case REFUNDED, CANCELLED -> paid(event, buyer);
              case DISPUTED -> event.to().filter(this::isParty).isPresent();
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

  private boolean sameAs(EscrowEvent.Terms terms) {
    return terms.orderId().equals(orderId)
        && isAbout(terms.buyer(), terms.seller(), terms.token(), terms.amount());
  }

  /** Whether these are the row's parties, token and amount, as far as the row has them. */
  public boolean isAbout(Address itsBuyer, Address itsSeller, Address itsToken, BigInteger units) {
    return isOrUnknown(buyer, itsBuyer)
        && isOrUnknown(seller, itsSeller)
        && isOrUnknown(token, itsToken)
        && isOrUnknown(amount, units);
  }

  private boolean paid(EscrowEvent event, Optional<Address> party) {
    return event.to().filter(to -> isOrUnknown(party, to)).isPresent()
        && event.amount().filter(units -> isOrUnknown(amount, units)).isPresent();
  }

  private boolean isParty(Address by) {
    return buyer.isEmpty() || seller.isEmpty() || by.equals(buyer.get()) || by.equals(seller.get());
  }

  private static <T> boolean isOrUnknown(Optional<T> ours, T theirs) {
    return ours.isEmpty() || ours.get().equals(theirs);
  }

  /** Whether what the chain shows is about this order. */
  public enum Agreement {
    AGREES,
    DISAGREES
  }
}
