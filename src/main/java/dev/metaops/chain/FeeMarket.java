package dev.metaops.chain;

import java.math.BigInteger;
import java.util.Optional;

/**
 * What gas costs now, in wei per unit, as far as the node says.
 *
 * @param baseFee the next block's where the node tells it, else the latest block's; absent on a
 *     chain without EIP-1559
 * @param tip what the node suggests
 */
public record FeeMarket(Optional<BigInteger> baseFee, Optional<BigInteger> tip) {
  /** Nothing is known. */
  public static final FeeMarket UNKNOWN = new FeeMarket(Optional.empty(), Optional.empty());

  /** Base fee and suggested tip together: what the next block asks. Absent without a base fee. */
  public Optional<Fee> asked() {
    BigInteger least = tip.orElse(BigInteger.ZERO);
    return baseFee.map(base -> new Fee(base.add(least), least));
  }
}
