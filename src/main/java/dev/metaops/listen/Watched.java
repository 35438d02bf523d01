package dev.metaops.listen;

import dev.metaops.chain.Address;
import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.RegistryProfile;
import java.util.Optional;
import java.util.Set;

/**
 * What is followed: which contracts, what their events mean, when an event counts as final.
 *
 * @param expectedChainId another chain is refused; empty takes the one the ledger is pinned to, or
 *     the node's
 * @param fromBlock the contracts' first block; 0 when nobody said
 * @param blocksPerBatch how many blocks one transaction may write, from 1
 */
public record Watched(
    Optional<Long> expectedChainId,
    Set<Address> contracts,
    RegistryProfile profile,
    SettleOn settleOn,
    long fromBlock,
    int blocksPerBatch) {
  public Watched {
    contracts = Set.copyOf(contracts);
    if (contracts.isEmpty()) {
      throw new IllegalArgumentException("contracts: none (expected: at least one)");
    }
    if (blocksPerBatch < 1) {
      throw new IllegalArgumentException("blocks: " + blocksPerBatch + " (expected: >= 1)");
    }
  }
}
