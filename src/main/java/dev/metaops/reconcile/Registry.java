package dev.metaops.reconcile;

import dev.metaops.chain.Address;
import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.RegistryProfile;
import java.util.Optional;

/**
 * The escrow contract as verifying needs it.
 *
 * @param chainId the chain it is on, when that is known; a node of another is refused
 * @param fromBlock the contract's first block, below which it has no events
 */
public record Registry(
    Optional<Long> chainId,
    Address contract,
    RegistryProfile profile,
    SettleOn settleOn,
    long fromBlock) {}
