package dev.metaops.contract;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A change a proxy announced.
 *
 * @param what for people: {@code implementation}, {@code beacon}, {@code admin}
 * @param to the new one
 */
public record Upgrade(long block, Hash transaction, String what, Address to) {
  private static final Map<Hash, String> TOPICS =
      Map.of(
          Keccaks.of("Upgraded(address)"), "implementation",
          Keccaks.of("BeaconUpgraded(address)"), "beacon",
          Keccaks.of("AdminChanged(address,address)"), "admin");

  /**
   * What was found.
   *
   * @param from the oldest block that was read
   * @param wanted the oldest block that should have been read
   */
  public record History(List<Upgrade> upgrades, long from, long wanted) {
    public History {
      upgrades = List.copyOf(upgrades);
    }

    public boolean isWhole() {
      return from <= wanted;
    }
  }

  static Set<Hash> topics() {
    return TOPICS.keySet();
  }

  /** Empty for any other log. The address is the last topic, or the last word of the data. */
  static Optional<Upgrade> of(Log log) {
    if (log.topics().isEmpty() || !TOPICS.containsKey(log.topics().getFirst())) {
      return Optional.empty();
    }
    byte[] word = log.topics().size() > 1 ? log.topics().getLast().bytes() : log.dataBytes();
    if (word.length < 32) {
      return Optional.empty();
    }
    return Optional.of(
        new Upgrade(
            log.block().number(),
            log.transaction(),
            String.valueOf(TOPICS.get(log.topics().getFirst())),
            Address.of(Arrays.copyOfRange(word, word.length - 20, word.length))));
  }
}
