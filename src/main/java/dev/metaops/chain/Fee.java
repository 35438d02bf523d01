package dev.metaops.chain;

import java.math.BigInteger;

/**
 * What a transaction pays for each unit of gas, in wei. A transaction without a tip of its own (of
 * before EIP-1559) offers its gas price as both.
 *
 * @param most the most it pays in all: {@code maxFeePerGas}
 * @param tip the most of it that goes to the block's maker: {@code maxPriorityFeePerGas}
 */
public record Fee(BigInteger most, BigInteger tip) {
  private static final BigInteger HUNDRED = BigInteger.valueOf(100);

  /**
   * In per cent. A node keeps the transaction it has unless both fees of the other are this much
   * higher: geth's {@code txpool.pricebump}, 10 unless its operator chose another
   * (core/txpool/legacypool, list.Add).
   */
  private static final BigInteger BUMP = BigInteger.valueOf(10);

  /** Whether a block of this base fee may hold it (EIP-1559). */
  public boolean covers(BigInteger baseFee) {
    return most.compareTo(baseFee) >= 0;
  }

  /** The least that replaces a transaction of this fee in a node's pool. */
  public Fee replacement() {
    return new Fee(bumped(most), bumped(tip));
  }

  /** At least {@code most}, with the same tip. */
  public Fee atLeast(BigInteger floor) {
    return new Fee(most.max(floor), tip);
  }

  private static BigInteger bumped(BigInteger fee) {
    BigInteger[] more = fee.multiply(BUMP).divideAndRemainder(HUNDRED);
    BigInteger rounded = more[1].signum() == 0 ? more[0] : more[0].add(BigInteger.ONE);
    return fee.add(rounded.max(BigInteger.ONE));
  }

  /** In gwei, every digit that counts: {@code at most 2 gwei, 0.1 of it as tip}. */
  @Override
  public String toString() {
    return "at most " + Gwei.text(most) + " gwei, " + Gwei.text(tip) + " of it as tip";
  }
}
