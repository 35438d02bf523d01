package dev.metaops.chain;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Prices of gas as people read them. */
public final class Gwei {
  private static final int DECIMALS = 9;

  private Gwei() {}

  /** Wei in gwei, every digit that counts and no more. */
  public static String text(BigInteger wei) {
    BigDecimal gwei = new BigDecimal(wei, DECIMALS).stripTrailingZeros();
    return gwei.signum() == 0 ? "0" : gwei.toPlainString();
  }
}
