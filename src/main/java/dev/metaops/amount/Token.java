package dev.metaops.amount;

/**
 * What an amount is an amount of.
 *
 * @param address the token contract, lower-case hex with 0x; the zero address is the chain's own
 *     coin
 * @param symbol what people call it, for screens only
 * @param decimals how many digits of the base unit stand behind the point, 0 to 77
 */
public record Token(String address, String symbol, int decimals) {
  public static final String NATIVE_ADDRESS = "0x0000000000000000000000000000000000000000";

  public Token {
    if (decimals < 0 || decimals > 77) {
      throw new IllegalArgumentException("decimals: " + decimals + " (expected: 0-77)");
    }
  }

  /** The chain's own coin, in wei. */
  public static Token nativeCoin(String symbol) {
    return new Token(NATIVE_ADDRESS, symbol, 18);
  }
}
