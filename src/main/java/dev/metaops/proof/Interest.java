package dev.metaops.proof;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import java.util.List;
import java.util.Set;

/**
 * The contracts and topics somebody listens for, their bits in a bloom computed once: 50,000
 * contracts against a header take less than a millisecond.
 */
public final class Interest {
  private final int[] contracts;
  private final int[] topics;

  /**
   * Computes the bits of each.
   *
   * @param contracts none: nothing is of interest
   * @param topics first topics; none: every log of the contracts
   */
  public Interest(Set<Address> contracts, Set<Hash> topics) {
    this.contracts = bits(contracts.stream().map(Address::bytes).toList());
    this.topics = bits(topics.stream().map(Hash::bytes).toList());
  }

  /** False proves that no log here is of one of the contracts and has one of the topics. */
  public boolean mayBeIn(Bloom bloom) {
    return (topics.length == 0 || holdsAny(bloom, topics)) && holdsAny(bloom, contracts);
  }

  private static boolean holdsAny(Bloom bloom, int[] bits) {
    for (int at = 0; at < bits.length; at += 3) {
      if (bloom.has(bits[at]) && bloom.has(bits[at + 1]) && bloom.has(bits[at + 2])) {
        return true;
      }
    }
    return false;
  }

  private static int[] bits(List<byte[]> items) {
    int[] bits = new int[3 * items.size()];
    int at = 0;
    for (byte[] item : items) {
      BloomBits its = BloomBits.of(item);
      bits[at++] = its.first();
      bits[at++] = its.second();
      bits[at++] = its.third();
    }
    return bits;
  }
}
