package dev.metaops.escrow;

import dev.metaops.chain.Hash;
import java.util.Optional;

/** How a contract's own storage can be asked where an escrow stands. */
public sealed interface EscrowStorage {
  /** The reference registry's {@code escrowOf}. */
  record Registry() implements EscrowStorage {}

  /**
   * The order's own contract: its {@code currentState}.
   *
   * @param code the {@link TradeContract#mark} its code has to have; empty when code says nothing
   */
  record PerOrder(Optional<Hash> code) implements EscrowStorage {
    /** Whether this is code that configuration vouches for. */
    public boolean vouchesFor(byte[] its) {
      return code.filter(TradeContract.mark(its)::equals).isPresent();
    }
  }

  /** A function that configuration names. */
  record Function(StatusFunction function) implements EscrowStorage {}

  /** Nothing to ask: events and receipts are all there is. */
  record None() implements EscrowStorage {}
}
