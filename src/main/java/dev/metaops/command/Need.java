package dev.metaops.command;

import dev.metaops.config.Settings;
import java.util.Optional;

/** What has to be configured before a command can begin. */
public enum Need {
  /** Works with everything down and nothing configured. */
  NOTHING,
  /** Judges whatever is configured; with nothing configured there is nothing to judge. */
  ANYTHING,
  ORDERS,
  CHAIN,
  ORDERS_AND_CHAIN;

  private static final String SET_ORDERS =
      "set DATABASE_URL, or SUPABASE_URL and SUPABASE_KEY, or orders.url in metaops.toml";
  private static final String SET_CHAIN =
      "set RPC_URL and ESCROW_CONTRACT_ADDRESS, or chain.rpc-url and escrow.address in"
          + " metaops.toml";

  /** What is missing and which variables to set, empty when the command can begin. */
  public Optional<String> missingFrom(Settings settings) {
    boolean noOrders = settings.orders().door().isEmpty();
    boolean noChain = settings.chain().providers().isEmpty() || !settings.escrow().isNamed();
    return switch (this) {
      case NOTHING -> Optional.empty();
      case ANYTHING -> noOrders && noChain ? Optional.of(both()) : Optional.empty();
      case ORDERS -> noOrders ? Optional.of(orders()) : Optional.empty();
      case CHAIN -> noChain ? Optional.of(chain()) : Optional.empty();
      case ORDERS_AND_CHAIN -> {
        if (noOrders && noChain) {
          yield Optional.of(both());
        }
        yield noOrders ? Optional.of(orders()) : noChain ? Optional.of(chain()) : Optional.empty();
      }
    };
  }

  private static String orders() {
    return "no orders database is configured: " + SET_ORDERS;
  }

  private static String chain() {
    return "no chain is configured: " + SET_CHAIN;
  }

  private static String both() {
    return "no orders database and no chain are configured: " + SET_ORDERS + "; and " + SET_CHAIN;
  }
}
