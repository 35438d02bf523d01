package dev.metaops.reconcile;

import dev.metaops.chain.Address;
import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.RegistryProfile;

/**
 * The escrow contract as verifying needs it.
 *
 * @param fromBlock the contract's first block, below which it has no events
 */
public record Registry(
    Address contract, RegistryProfile profile, SettleOn settleOn, long fromBlock) {}
