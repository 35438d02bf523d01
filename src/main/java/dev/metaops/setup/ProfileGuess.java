package dev.metaops.setup;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.contract.Bytecode;
import dev.metaops.escrow.EscrowAbi;
import dev.metaops.escrow.EscrowProfile;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which profile a contract fits, by the events its code names and those it emitted. Pure.
 *
 * @param fit what is certain
 * @param why in words
 */
record ProfileGuess(Fit fit, String why) {
  /** What the contract is. */
  enum Fit {
    REGISTRY,
    /** The contract of one trade. */
    TRADE,
    /** Makes the contracts of trades. */
    FACTORY,
    /** Other events, or none that anybody saw. */
    UNKNOWN
  }

  /**
   * Looks.
   *
   * @param running the code that runs, behind a proxy the implementation's
   * @param reference the reference registry's ABI
   * @param factoryEvent as {@code escrow.factory-event} says it
   */
  static ProfileGuess of(
      Bytecode running, List<Log> logs, EscrowAbi reference, String factoryEvent) {
    Set<Hash> emitted = emitted(logs);
    Set<Hash> registry = EscrowProfile.registry(reference).topics();
    Set<Hash> trade = EscrowProfile.perOrder(Optional.empty(), Optional.empty()).topics();
    Set<Hash> factory =
        EscrowProfile.perOrder(
                Optional.of(new EscrowProfile.Factory(Address.ZERO, factoryEvent)),
                Optional.empty())
            .trails()
            .stream()
            .filter(trail -> trail.emitter().isPresent())
            .flatMap(trail -> trail.topics().stream())
            .collect(Collectors.toSet());
    long ofRegistry = known(registry, running, emitted);
    long ofTrade = known(trade, running, emitted);
    if (ofRegistry == registry.size()) {
      return new ProfileGuess(
          Fit.REGISTRY, "the contract names all " + registry.size() + " events of the registry");
    }
    if (known(factory, running, emitted) > 0) {
      return new ProfileGuess(Fit.FACTORY, "the contract names the event of a trade factory");
    }
    if (ofTrade == trade.size()) {
      return new ProfileGuess(
          Fit.TRADE,
          "the contract names all " + trade.size() + " events of a trade's own contract");
    }
    return new ProfileGuess(
        Fit.UNKNOWN,
        "the contract names "
            + ofRegistry
            + " of "
            + registry.size()
            + " events of the registry and "
            + ofTrade
            + " of "
            + trade.size()
            + " of a trade's own contract");
  }

  private static long known(Set<Hash> topics, Bytecode running, Set<Hash> emitted) {
    return topics.stream()
        .filter(topic -> emitted.contains(topic) || running.pushes(topic))
        .count();
  }

  private static Set<Hash> emitted(List<Log> logs) {
    return logs.stream()
        .flatMap(log -> log.topics().stream().limit(1))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
