package dev.metaops.listen;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.Provider;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the logs of blocks just read, whatever the number of contracts. */
final class Logs {
  /** What providers take in one question, with room. */
  private static final int CONTRACTS_AT_ONCE = 500;

  /** In chain order. */
  static final Comparator<Log> PLACE =
      Comparator.<Log>comparingLong(log -> log.block().number()).thenComparingInt(Log::index);

  private final Provider provider;

  Logs(Provider provider) {
    this.provider = provider;
  }

  /**
   * By range where the blocks are final, by block hash where they are not. Empty when a log belongs
   * to another block than the one just read.
   *
   * @param finalTo the highest block that is final
   */
  Optional<List<Log>> of(
      List<Header> blocks, long finalTo, Set<Address> contracts, Deadline deadline) {
    Map<Long, Hash> hashes = new HashMap<>();
    blocks.forEach(block -> hashes.put(block.number(), block.hash()));
    var logs = new ArrayList<Log>();
    List<Header> finals = blocks.stream().filter(block -> block.number() <= finalTo).toList();
    for (Set<Address> some : parts(contracts)) {
      if (!finals.isEmpty()) {
        logs.addAll(
            provider.logs(
                finals.getFirst().number(),
                finals.getLast().number(),
                LogFilter.of(some),
                deadline));
      }
      for (Header block : blocks.subList(finals.size(), blocks.size())) {
        logs.addAll(provider.logs(block.ref(), some, deadline));
      }
    }
    return allOf(hashes, logs);
  }

  /**
   * What these contracts did before they were followed, up to the ledger's cursor. Empty when the
   * node does not show the blocks the ledger has.
   *
   * @param unsettled the ledger's blocks above the settled one, up to its cursor
   */
  Optional<List<Log>> before(
      long from,
      long settled,
      List<BlockRef> unsettled,
      Set<Address> contracts,
      Deadline deadline) {
    var logs = new ArrayList<Log>();
    Map<Long, Hash> hashes = new HashMap<>();
    unsettled.forEach(block -> hashes.put(block.number(), block.hash()));
    for (Set<Address> some : parts(contracts)) {
      if (from <= settled) {
        logs.addAll(provider.logs(from, settled, LogFilter.of(some), deadline));
      }
      for (BlockRef block : unsettled) {
        logs.addAll(provider.logs(block, some, deadline));
      }
    }
    logs.forEach(log -> {
      if (log.block().number() <= settled) {
        hashes.put(log.block().number(), log.block().hash());
      }
    });
    return allOf(hashes, logs);
  }

  private static Optional<List<Log>> allOf(Map<Long, Hash> hashes, List<Log> logs) {
    logs.sort(PLACE);
    return logs.stream()
            .allMatch(log -> log.block().hash().equals(hashes.get(log.block().number())))
        ? Optional.of(logs)
        : Optional.empty();
  }

  private static List<Set<Address>> parts(Set<Address> contracts) {
    List<Set<Address>> parts = new ArrayList<>();
    Set<Address> part = new HashSet<>();
    for (Address contract : contracts) {
      part.add(contract);
      if (part.size() == CONTRACTS_AT_ONCE) {
        parts.add(Set.copyOf(part));
        part.clear();
      }
    }
    if (!part.isEmpty()) {
      parts.add(Set.copyOf(part));
    }
    return parts;
  }
}
