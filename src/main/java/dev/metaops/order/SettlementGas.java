package dev.metaops.order;

/** How much gas one settlement uses, and how that is known. */
public sealed interface SettlementGas {
  /**
   * A release of the reference registry in its own coin uses 55,000; a token's transfer adds to it.
   */
  long ASSUMED = 100_000;

  long gas();

  /** How it was got, as a phrase. */
  String how();

  /**
   * The median of the latest settlements.
   *
   * @param settlements how many
   */
  record Measured(long gas, int settlements) implements SettlementGas {
    @Override
    public String how() {
      return "median of the last " + settlements;
    }
  }

  /** None was found to measure. */
  record Assumed(String why) implements SettlementGas {
    @Override
    public long gas() {
      return ASSUMED;
    }

    @Override
    public String how() {
      return "assumed, " + why;
    }
  }
}
