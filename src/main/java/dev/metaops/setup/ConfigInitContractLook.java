package dev.metaops.setup;

import dev.metaops.chain.Address;
import dev.metaops.contract.ContractReader;
import dev.metaops.contract.LogWalk;
import dev.metaops.contract.Observation;
import dev.metaops.rpc.At;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks at the contract: its code, its recent events, and when it came to be. */
record ConfigInitContractLook(Provider provider, Address contract, Deadline deadline) {
  /** What most providers give without an archive. */
  private static final long RECENT_BLOCKS = 10_000;

  /** How far before its first block a contract is looked for once more. */
  private static final long BEFORE = 1_000;

  ConfigInitSeen.Contract look(ConfigInitSeen.Chain.Read chain) {
    Observation observation =
        new ContractReader(provider, contract)
            .observe(chain.id(), chain.head().latest().ref(), deadline);
    long newest = chain.head().latest().number();
    if (observation.code().isEmpty()) {
      return new ConfigInitSeen.Contract.Read(
          observation,
          new ConfigInitSeen.Recent(List.of(), newest + 1, newest, Optional.empty()),
          new ConfigInitSeen.Birth.Unknown("there is no code"));
    }
    LogWalk.Walked walked =
        new LogWalk(provider, contract)
            .all(
                Math.max(0, newest - RECENT_BLOCKS + 1),
                newest,
                deadline.atMost(deadline.remaining().dividedBy(2)));
    return new ConfigInitSeen.Contract.Read(
        observation,
        new ConfigInitSeen.Recent(walked.logs(), walked.from(), newest, walked.stopped()),
        birth(newest));
  }

  /** By halves, as far as the node still has old states. */
  private ConfigInitSeen.Birth birth(long newest) {
    long without = -1;
    long with = newest;
    try {
      while (with - without > 1) {
        long middle = without + (with - without) / 2;
        if (provider.code(contract, new At.Height(middle), deadline).length > 0) {
          with = middle;
        } else {
          without = middle;
        }
      }
      return isSilentBefore(with)
          ? new ConfigInitSeen.Birth.In(with)
          : new ConfigInitSeen.Birth.Unknown(
              "the node shows code from block "
                  + with
                  + " on only, and events before it: it has lost old states");
    } catch (RpcUnavailable cut) {
      return new ConfigInitSeen.Birth.Unknown(ConfigInitLook.words(cut));
    }
  }

  /** A node without old states may say "no code" where it ought to say "unknown". */
  private boolean isSilentBefore(long block) {
    return block == 0
        || provider
            .logs(Math.max(0, block - BEFORE), block - 1, LogFilter.of(Set.of(contract)), deadline)
            .isEmpty();
  }
}
