package dev.metaops.listen;

import dev.metaops.chain.Address;
import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.RegistryProfile;
import java.util.Set;

/** What is followed: which contracts, what their events mean, when an event counts as final. */
public record Watched(
    long chainId, Set<Address> contracts, RegistryProfile profile, SettleOn settleOn) {
  public Watched {
    contracts = Set.copyOf(contracts);
    if (contracts.isEmpty()) {
      throw new IllegalArgumentException("contracts: none (expected: at least one)");
    }
  }
}
