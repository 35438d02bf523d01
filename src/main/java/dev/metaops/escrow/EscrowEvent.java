package dev.metaops.escrow;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/**
 * A decoded event of an escrow contract.
 *
 * @param key the escrow's key, the event's {@code orderId} topic
 * @param terms who, what and how much, on {@link EscrowKind#CREATED} only
 * @param to who was paid, on events that end the escrow; who disputes, on DISPUTED
 * @param amount what was paid, on events that end the escrow, in base units
 */
public record EscrowEvent(
    EscrowKind kind,
    Hash key,
    Optional<Terms> terms,
    Optional<Address> to,
    Optional<BigInteger> amount,
    Log log) {

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
}
