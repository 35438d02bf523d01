package dev.metaops.chain;

import java.math.BigInteger;
import java.util.Optional;

/**
 * A transaction as its sender signed it.
 *
 * @param to absent when it creates a contract
 * @param value in wei
 * @param input 0x and an even number of lower-case digits
 * @param gasLimit the most gas it may use
 * @param block the block that holds it, absent while it is pending
 */
public record Transaction(
    Hash hash,
    SenderNonce place,
    Optional<Address> to,
    BigInteger value,
    String input,
    long gasLimit,
    Fee fee,
    Optional<BlockRef> block) {
  public Transaction {
    input = Hex.canonical("input", input);
  }

  public Address from() {
    return place.sender();
  }

  public long nonce() {
    return place.nonce();
  }

  /** What its sender must own before a node lets it in: the value, and all its gas at most. */
  public BigInteger needs() {
    return value.add(fee.most().multiply(BigInteger.valueOf(gasLimit)));
  }
}
