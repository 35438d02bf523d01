package dev.metaops.rpc;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import java.util.List;
import java.util.Set;

/**
 * Which logs are asked for.
 *
 * @param addresses the contracts, at least one
 * @param topics by position, at most four; an empty set lets every topic pass
 */
public record LogFilter(Set<Address> addresses, List<Set<Hash>> topics) {
  public LogFilter {
    addresses = Set.copyOf(addresses);
    topics = topics.stream().map(Set::copyOf).toList();
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("addresses: none (expected: at least one contract)");
    }
    if (topics.size() > 4) {
      throw new IllegalArgumentException("topics: " + topics.size() + " (expected: 0-4)");
    }
  }

  /** Every log of these contracts. */
  public static LogFilter of(Set<Address> addresses) {
    return new LogFilter(addresses, List.of());
  }

  public boolean accepts(Log log) {
    if (!addresses.contains(log.address())) {
      return false;
    }
    for (int position = 0; position < topics.size(); position++) {
      Set<Hash> wanted = topics.get(position);
      if (!wanted.isEmpty()
          && (position >= log.topics().size() || !wanted.contains(log.topics().get(position)))) {
        return false;
      }
    }
    return true;
  }
}
