package dev.metaops.escrow;

import dev.metaops.chain.Address;
import dev.metaops.chain.Log;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The venue's escrow contracts, and what their events mean.
 *
 * @param deployments fixed contracts, the one in use last; none when each order has its own
 */
public record Escrows(EscrowProfile profile, List<Deployment> deployments) {
  public Escrows {
    deployments = List.copyOf(deployments);
  }

  /** One contract, from the chain's first block on. */
  public static Escrows of(EscrowProfile profile, Address contract) {
    return new Escrows(profile, List.of(new Deployment(contract, 0, Optional.empty())));
  }

  /** Every contract that is always watched: deployments and factory. */
  public Set<Address> contracts() {
    Set<Address> contracts = new LinkedHashSet<>();
    deployments.forEach(deployment -> contracts.add(deployment.address()));
    profile.factory().ifPresent(contracts::add);
    return contracts;
  }

  /** The contract in use: the last deployment, else the factory. */
  public Optional<Address> current() {
    return deployments.isEmpty() ? profile.factory() : Optional.of(deployments.getLast().address());
  }

  /** The first block that can hold an event; 0 when nobody said. */
  public long firstBlock() {
    return deployments.stream().mapToLong(Deployment::from).min().orElse(0);
  }

  /** Whether an order may settle through this contract. */
  public boolean knows(Address contract) {
    return profile.isContractPerOrder()
        || deployments.stream().anyMatch(deployment -> deployment.address().equals(contract));
  }

  /**
   * What this log of a watched contract says. A deployment's log outside its blocks means nothing.
   */
  public Decoded decode(Log log) {
    return isOutside(log)
        ? new Decoded.Unmapped(log.topics().stream().findFirst())
        : profile.decode(log);
  }

  private boolean isOutside(Log log) {
    boolean isOfDeployment = false;
    for (Deployment deployment : deployments) {
      if (deployment.address().equals(log.address())) {
        if (deployment.covers(log.block().number())) {
          return false;
        }
        isOfDeployment = true;
      }
    }
    return isOfDeployment;
  }
}
