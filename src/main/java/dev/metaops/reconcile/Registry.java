package dev.metaops.reconcile;

import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.Escrows;
import java.time.Duration;
import java.util.Optional;

/**
 * The escrow contracts as verifying needs them.
 *
 * @param chainId the chain they are on, when that is known; a node of another is refused
 * @param stalledAfter how long nothing may become final before that is said
 */
public record Registry(
    Optional<Long> chainId, Escrows escrows, SettleOn settleOn, Duration stalledAfter) {

  /** The contract in use, for screens. */
  public String place() {
    return escrows.current().map(contract -> contract.brief()).orElse("in a contract per order");
  }
}
