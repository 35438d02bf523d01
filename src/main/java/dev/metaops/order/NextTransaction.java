package dev.metaops.order;

import dev.metaops.chain.Address;
import dev.metaops.chain.Fee;
import dev.metaops.chain.FeeMarket;
import dev.metaops.chain.Transaction;
import java.math.BigInteger;
import java.util.Optional;

/**
 * What those who hold the key have to send, as facts: metaops sends nothing.
 *
 * @param purpose what it is for and what goes into it, as a phrase
 * @param from absent when anybody may
 * @param nonce absent when it is the sender's next
 * @param value in wei, where it is not the value of the transaction it repeats
 * @param least the least fee that helps, as far as prices are known
 */
public record NextTransaction(
    String purpose,
    Optional<Address> from,
    Optional<Address> to,
    Optional<Long> nonce,
    Optional<BigInteger> value,
    Optional<Fee> least) {
  /**
   * A base fee rises by an eighth from one block to the next at most: EIP-1559's
   * BASE_FEE_MAX_CHANGE_DENOMINATOR. Chains that chose another chose a larger one.
   */
  private static final BigInteger EIGHT = BigInteger.valueOf(8);

  /** What ends this wait; empty when nothing has to be sent for it. */
  static Optional<NextTransaction> after(
      Transaction transaction, PendingWait wait, FeeMarket market) {
    return switch (wait) {
      case PendingWait.ForBlock() -> Optional.empty();
      case PendingWait.FeeTooLow(BigInteger baseFee) ->
          Optional.of(speedUp(transaction, Optional.of(baseFee)));
      case PendingWait.NonceGap(long missing) ->
          Optional.of(
              new NextTransaction(
                  "fill the gap: what was meant to have this nonce, or nothing to the sender"
                      + " itself",
                  Optional.of(transaction.from()),
                  Optional.of(transaction.from()),
                  Optional.of(missing),
                  Optional.of(BigInteger.ZERO),
                  market.asked()));
      case PendingWait.BalanceTooLow(BigInteger needs, BigInteger has) ->
          Optional.of(
              new NextTransaction(
                  "give the sender what it lacks",
                  Optional.empty(),
                  Optional.of(transaction.from()),
                  Optional.empty(),
                  Optional.of(needs.subtract(has)),
                  market.asked()));
      case PendingWait.WouldRevert _ ->
          Optional.of(
              new NextTransaction(
                  "take its place before it costs gas: nothing to the sender itself",
                  Optional.of(transaction.from()),
                  Optional.of(transaction.from()),
                  Optional.of(transaction.nonce()),
                  Optional.of(BigInteger.ZERO),
                  Optional.of(speedUpFee(transaction.fee(), market.baseFee()))));
      case PendingWait.Behind(_, Optional<PendingWait.Older> older) ->
          older.flatMap(first -> after(first.transaction(), first.why(), market));
    };
  }

  /**
   * The same transaction again with the same nonce, at a price that replaces the one that waits.
   */
  static NextTransaction speedUp(Transaction transaction, Optional<BigInteger> baseFee) {
    return new NextTransaction(
        "speed it up: the same value and input again with the same nonce and both fees at least"
            + " this",
        Optional.of(transaction.from()),
        transaction.to(),
        Optional.of(transaction.nonce()),
        Optional.empty(),
        Optional.of(speedUpFee(transaction.fee(), baseFee)));
  }

  private static Fee speedUpFee(Fee fee, Optional<BigInteger> baseFee) {
    Fee least = fee.replacement();
    return baseFee
        .map(base -> base.add(base.add(BigInteger.valueOf(7)).divide(EIGHT)))
        .map(least::atLeast)
        .orElse(least);
  }

  /** {@code speed it up: …; from 0x…, to 0x…, nonce 7, at least 2.2 gwei, 1.1 of it as tip}. */
  public String sentence() {
    StringBuilder text = new StringBuilder(purpose);
    from.ifPresent(address -> text.append("; from ").append(address));
    to.ifPresent(address -> text.append("; to ").append(address));
    nonce.ifPresent(number -> text.append("; nonce ").append(number));
    value.ifPresent(wei -> text.append("; value ").append(wei).append(" wei"));
    least.ifPresent(fee ->
        text.append("; maxFeePerGas ")
            .append(fee.most())
            .append(" wei, maxPriorityFeePerGas ")
            .append(fee.tip())
            .append(" wei"));
    return text.toString();
  }
}
