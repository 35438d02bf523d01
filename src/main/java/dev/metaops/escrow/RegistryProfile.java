package dev.metaops.escrow;

import com.esaulpaugh.headlong.abi.Event;
import com.esaulpaugh.headlong.abi.Tuple;
import com.joemelsha.crypto.hash.Keccak;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The reference registry: one contract holds every escrow, each under its {@link EscrowKey}.
 * Decoding is total: hostile bytes give {@link Decoded.Undecodable}, never an exception.
 * Thread-safe.
 */
public final class RegistryProfile {
  /** How long an order id may be, in characters. */
  static final int MAX_ORDER_ID = 256;

  /** 9999-12-31T23:59:59Z. Escrows without a deadline carry 2^64-1; stores cannot hold that. */
  static final Instant NO_DEADLINE = Instant.ofEpochSecond(253_402_300_799L);

  private static final String ENDED = "(bytes32 indexed,address indexed,uint256)";

  private static final Map<EscrowKind, String> SIGNATURES =
      new EnumMap<>(
          Map.of(
              EscrowKind.CREATED,
              "EscrowCreated(bytes32 indexed,address indexed,address indexed,string,address,"
                  + "uint256,uint64)",
              EscrowKind.RELEASED,
              "EscrowReleased" + ENDED,
              EscrowKind.REFUNDED,
              "EscrowRefunded" + ENDED,
              EscrowKind.CANCELLED,
              "EscrowCancelled" + ENDED,
              EscrowKind.DISPUTED,
              "EscrowDisputed(bytes32 indexed,address indexed)"));

  private record Mapped(EscrowKind kind, Event<Tuple> event) {}

  private final Map<Hash, Mapped> byTopic;

  private RegistryProfile(Map<Hash, Mapped> byTopic) {
    this.byTopic = Map.copyOf(byTopic);
  }

  /**
   * Finds the five events in a contract's ABI.
   *
   * @throws IllegalArgumentException naming the first event that is missing, and those there are
   */
  public static RegistryProfile of(EscrowAbi abi) {
    Map<Hash, Mapped> byTopic = new HashMap<>();
    SIGNATURES.forEach((kind, signature) -> {
      Event<Tuple> event = find(abi.events(), signature);
      byTopic.put(topic(event), new Mapped(kind, event));
    });
    return new RegistryProfile(byTopic);
  }

  private static Event<Tuple> find(List<Event<Tuple>> events, String signature) {
    return events.stream()
        .filter(event -> signature(event).equals(signature))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "ABI: no event "
                    + signature
                    + " (it has: "
                    + events.stream()
                        .map(RegistryProfile::signature)
                        .collect(
                            Collectors.collectingAndThen(
                                Collectors.joining("; "), all -> all.isEmpty() ? "no events" : all))
                    + ")"));
  }

  private static String signature(Event<Tuple> event) {
    StringBuilder text = new StringBuilder(event.getName()).append('(');
    for (int at = 0; at < event.getInputs().size(); at++) {
      text.append(at == 0 ? "" : ",")
          .append(event.getInputs().get(at).getCanonicalType())
          .append(event.isElementIndexed(at) ? " indexed" : "");
    }
    return text.append(')').toString();
  }

  private static Hash topic(Event<Tuple> event) {
    byte[] signature = event.getCanonicalSignature().getBytes(StandardCharsets.US_ASCII);
    return Hash.of(new Keccak(256).digest(signature));
  }

  /** The first topics of the mapped events: what to test a block's bloom for. */
  public Set<Hash> topics() {
    return byTopic.keySet();
  }

  /** What this log says. Whether its contract is the right one is the caller's to check. */
  public Decoded decode(Log log) {
    if (log.topics().isEmpty()) {
      return new Decoded.Unmapped(Optional.empty());
    }
    Hash topic0 = log.topics().getFirst();
    if (!byTopic.containsKey(topic0)) {
      return new Decoded.Unmapped(Optional.of(topic0));
    }
    Mapped mapped = byTopic.get(topic0);
    Optional<Hash> key =
        log.topics().size() > 1 ? Optional.of(log.topics().get(1)) : Optional.empty();
    try {
      return new Decoded.Event(read(mapped, log));
    } catch (RuntimeException hostile) { // whatever the bytes provoked, the log is quarantined
      return new Decoded.Undecodable(topic0, key, Printable.text(hostile));
    }
  }

  private static EscrowEvent read(Mapped mapped, Log log) {
    byte[][] topics = log.topics().stream().map(Hash::bytes).toArray(byte[][]::new);
    Tuple values = mapped.event().decodeArgs(topics, log.dataBytes());
    Hash key = Hash.of(values.<byte[]>get(0));
    return switch (mapped.kind()) {
      case CREATED ->
          new EscrowEvent(
              EscrowKind.CREATED,
              key,
              Optional.of(terms(values)),
              Optional.empty(),
              Optional.empty(),
              log);
      case RELEASED, REFUNDED, CANCELLED ->
          new EscrowEvent(
              mapped.kind(),
              key,
              Optional.empty(),
              Optional.of(address(values.get(1))),
              Optional.of(values.<BigInteger>get(2)),
              log);
      case DISPUTED ->
          new EscrowEvent(
              EscrowKind.DISPUTED,
              key,
              Optional.empty(),
              Optional.of(address(values.get(1))),
              Optional.empty(),
              log);
    };
  }

  private static EscrowEvent.Terms terms(Tuple values) {
    return new EscrowEvent.Terms(
        orderId(values.get(3)),
        address(values.get(1)),
        address(values.get(2)),
        address(values.get(4)),
        values.get(5),
        instant(values.get(6)));
  }

  private static String orderId(String id) {
    if (id.isEmpty() || id.length() > MAX_ORDER_ID) {
      throw new IllegalArgumentException(
          "id of " + id.length() + " characters (expected: 1-" + MAX_ORDER_ID + ")");
    }
    boolean isPlain =
        id.codePoints().noneMatch(point -> Character.isISOControl(point) || point == 0xFFFD);
    if (!isPlain) {
      throw new IllegalArgumentException("id with control characters, or not UTF-8");
    }
    return id;
  }

  static Address address(com.esaulpaugh.headlong.abi.Address address) {
    return new Address(address.toString());
  }

  /** Saturates: a deadline nobody lives to see is no reason to lose sight of the money. */
  static Instant instant(BigInteger seconds) {
    return seconds.bitLength() > 62 || seconds.longValue() > NO_DEADLINE.getEpochSecond()
        ? NO_DEADLINE
        : Instant.ofEpochSecond(seconds.longValue());
  }
}
