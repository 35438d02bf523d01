package dev.metaops.sim;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A transaction somebody sends. It keeps its hash on whatever fork it is included.
 *
 * @param number which of all that were ever sent
 */
record Deed(long number, What what, SimOrder order) {
  /** What it asks for. */
  enum What {
    CREATE,
    RELEASE,
    REFUND,
    CANCEL,
    DISPUTE,
    /** Somebody pays one wei under the order's id: a key of its own, which no row has. */
    CREATE_OF_ONE_WEI,
    /** Another contract emits all the registry would, under the order's key. */
    FOREIGN_LIFE,
    /** The registry says something that is no order's. */
    PAUSE,
    /** A contract nobody asked about, in the same transaction as nothing else. */
    NOISE,
    /** A transaction without logs. */
    SILENCE
  }

  /**
   * What becomes of it on top of what the registry holds.
   *
   * @param after what the registry then holds under the order's key; empty where it stays
   */
  record Effect(boolean succeeds, List<SimLog> logs, Optional<Standing> after) {}

  static final String REGISTRY = SimBytes.address("registry");
  static final String IMPOSTOR = SimBytes.address("impostor");

  String hash() {
    return SimBytes.hash("deed " + number + " " + what + " " + order.id());
  }

  SimOrder paid() {
    return what == What.CREATE_OF_ONE_WEI ? order.ofAmount(BigInteger.ONE) : order;
  }

  /** By the rules of the contract: what it does not allow reverts without logs. */
  Effect on(Map<String, Standing> held) {
    Standing now = held.getOrDefault(paid().key(), Standing.NONE);
    return switch (what) {
      case CREATE, CREATE_OF_ONE_WEI ->
          now == Standing.NONE ? goes(Standing.HELD, paid().created(REGISTRY)) : reverts();
      case RELEASE ->
          now == Standing.HELD || now == Standing.DISPUTED
              ? goes(Standing.RELEASED, order.paid("EscrowReleased", order.seller(), REGISTRY))
              : reverts();
      case REFUND ->
          now == Standing.HELD || now == Standing.DISPUTED
              ? goes(Standing.REFUNDED, order.paid("EscrowRefunded", order.buyer(), REGISTRY))
              : reverts();
      case CANCEL ->
          now == Standing.HELD
              ? goes(Standing.CANCELLED, order.paid("EscrowCancelled", order.buyer(), REGISTRY))
              : reverts();
      case DISPUTE ->
          now == Standing.HELD ? goes(Standing.DISPUTED, order.disputed(REGISTRY)) : reverts();
      case FOREIGN_LIFE ->
          stays(order.created(IMPOSTOR), order.paid("EscrowReleased", order.seller(), IMPOSTOR));
      case PAUSE ->
          stays(
              new SimLog(
                  REGISTRY,
                  List.of(SimBytes.hash("Paused(address)"), "0x" + SimBytes.word(REGISTRY)),
                  "0x"));
      case NOISE ->
          stays(
              new SimLog(
                  SimBytes.address("noise " + number % 7),
                  List.of(SimBytes.hash("Noise(uint256)"), SimBytes.hash("noise " + number)),
                  "0x" + SimBytes.word(number)));
      case SILENCE -> stays();
    };
  }

  private static Effect goes(Standing after, SimLog log) {
    return new Effect(true, List.of(log), Optional.of(after));
  }

  private static Effect stays(SimLog... logs) {
    return new Effect(true, List.of(logs), Optional.empty());
  }

  private static Effect reverts() {
    return new Effect(false, List.of(), Optional.empty());
  }
}
