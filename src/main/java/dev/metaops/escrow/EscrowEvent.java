package dev.metaops.escrow;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/**
 * A decoded event about an escrow.
 *
 * @param key the escrow's key, as the events name it
 * @param contract who holds the money: the contract that emitted it, or the new one that a factory
 *     announces
 */
public record EscrowEvent(EscrowKind kind, Hash key, Address contract, Parts parts, Log log) {

  /**
   * What an event says beside its key; what its contract does not put into it is absent.
   *
   * @param orderId the venue's own order id, as the buyer wrote it on chain
   * @param amount base units: what was put in, or what was paid
   * @param deadline after which the buyer may take a refund
   * @param party who was paid, on events that end the escrow; else who acted
   */
  public record Parts(
      Optional<String> orderId,
      Optional<Address> buyer,
      Optional<Address> seller,
      Optional<Address> token,
      Optional<BigInteger> amount,
      Optional<Instant> deadline,
      Optional<Address> party) {

    static Parts of(Terms terms) {
      return new Parts(
          Optional.of(terms.orderId()),
          Optional.of(terms.buyer()),
          Optional.of(terms.seller()),
          Optional.of(terms.token()),
          Optional.of(terms.amount()),
          Optional.of(terms.deadline()),
          Optional.empty());
    }

    static Parts of(Optional<Address> party, Optional<BigInteger> amount) {
      return new Parts(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          amount,
          Optional.empty(),
          party);
    }
  }

  /**
   * What the buyer put into escrow.
   *
   * @param orderId the venue's own order id, as the buyer wrote it on chain
   * @param amount base units
   * @param deadline after which the buyer may take a refund
   */
  public record Terms(
      String orderId,
      Address buyer,
      Address seller,
      Address token,
      BigInteger amount,
      Instant deadline) {}

  /** Of the contract that emitted it, with everything the buyer agreed to. */
  public static EscrowEvent created(Hash key, Terms terms, Log log) {
    return new EscrowEvent(EscrowKind.CREATED, key, log.address(), Parts.of(terms), log);
  }

  /** Of the contract that emitted it. */
  public static EscrowEvent of(
      EscrowKind kind, Hash key, Optional<Address> party, Optional<BigInteger> amount, Log log) {
    return new EscrowEvent(kind, key, log.address(), Parts.of(party, amount), log);
  }

  /** Everything the buyer agreed to, when the event says all of it. */
  public Optional<Terms> terms() {
    boolean isWhole =
        parts.orderId().isPresent()
            && parts.buyer().isPresent()
            && parts.seller().isPresent()
            && parts.token().isPresent()
            && parts.amount().isPresent()
            && parts.deadline().isPresent();
    return isWhole
        ? Optional.of(
            new Terms(
                parts.orderId().get(),
                parts.buyer().get(),
                parts.seller().get(),
                parts.token().get(),
                parts.amount().get(),
                parts.deadline().get()))
        : Optional.empty();
  }

  /** Who was paid, on events that end the escrow; else who acted. */
  public Optional<Address> to() {
    return parts.party();
  }

  /** In base units. */
  public Optional<BigInteger> amount() {
    return parts.amount();
  }
}
