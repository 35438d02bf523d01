package dev.metaops.amount;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * An exact amount of one token.
 *
 * @param units base units (wei for the chain's own coin), 0 to 2^256-1
 */
public record Amount(BigInteger units, Token token) {
  public Amount {
    if (units.signum() < 0 || units.bitLength() > 256) {
      throw new IllegalArgumentException("units: " + units + " (expected: 0 to 2^256-1)");
    }
  }

  /** Every digit that counts and no more, for example {@code 3.82 ETH}. */
  @Override
  public String toString() {
    BigDecimal value = new BigDecimal(units, token.decimals()).stripTrailingZeros();
    return (value.signum() == 0 ? "0" : value.toPlainString()) + " " + token.symbol();
  }
}
