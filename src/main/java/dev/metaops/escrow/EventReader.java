package dev.metaops.escrow;

import com.esaulpaugh.headlong.abi.Tuple;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one event's logs.
 *
 * @param places which parameter holds which part, from 0
 * @param namedBy what names the order
 */
record EventReader(
    EscrowKind kind, DeclaredEvent declared, Map<Part, Integer> places, NamedBy namedBy) {
  /** How long an order id may be, in characters. */
  static final int MAX_ORDER_ID = 256;

  /** What an event names its order by. */
  enum NamedBy {
    /** Its key parameter. */
    PARAMETER,
    /** The contract that emits it. */
    EMITTER,
    /** Its key parameter, the address of a contract that a factory made. */
    NEW_CONTRACT
  }

  EventReader {
    places = Map.copyOf(places);
    if (namedBy != NamedBy.EMITTER && !places.containsKey(Part.KEY)) {
      throw new IllegalArgumentException(
          "event "
              + declared.signature()
              + ": nothing says which parameter names the order (add key=parameter; it has: "
              + String.join(", ", declared.names())
              + ")");
    }
  }

  /** Whatever the bytes provoke, this answers. */
  Decoded decode(Log log) {
    try {
      return new Decoded.Event(read(log));
    } catch (RuntimeException hostile) { // whatever the bytes provoked, the log is quarantined
      return new Decoded.Undecodable(
          log.topics().getFirst(), legibleKey(log), Printable.text(hostile));
    }
  }

  private EscrowEvent read(Log log) {
    byte[][] topics = log.topics().stream().map(Hash::bytes).toArray(byte[][]::new);
    Tuple values = declared.event().decodeArgs(topics, log.dataBytes());
    return new EscrowEvent(kind, key(log, values), contract(log, values), parts(values), log);
  }

  private Hash key(Log log, Tuple values) {
    return legibleKey(log)
        .orElseGet(() -> {
          Object value = values.get(place(Part.KEY));
          return switch (value) {
            case com.esaulpaugh.headlong.abi.Address address -> Words.of(Words.address(address));
            case BigInteger number -> Words.of(number);
            case Integer number -> Words.of(BigInteger.valueOf(number));
            case Long number -> Words.of(BigInteger.valueOf(number));
            case String text -> Words.keccak(text.getBytes(StandardCharsets.UTF_8));
            case byte[] bytes ->
                declared.type(place(Part.KEY)).equals("bytes")
                    ? Words.keccak(bytes)
                    : Hash.of(Arrays.copyOf(bytes, 32));
            default ->
                throw new IllegalArgumentException("key of type " + declared.type(place(Part.KEY)));
          };
        });
  }

  /** The key, when it can be told without decoding. */
  private Optional<Hash> legibleKey(Log log) {
    if (namedBy == NamedBy.EMITTER) {
      return Optional.of(Words.of(log.address()));
    }
    int topic = keyTopic();
    return topic > 0 && topic < log.topics().size()
        ? Optional.of(log.topics().get(topic))
        : Optional.empty();
  }

  /** Which topic holds the key, from 1; 0 when none does. */
  int keyTopic() {
    return value(Part.KEY).map(declared::topic).orElse(0);
  }

  private Address contract(Log log, Tuple values) {
    return switch (namedBy) {
      case PARAMETER, EMITTER -> log.address();
      case NEW_CONTRACT -> Words.address(values.get(place(Part.KEY)));
    };
  }

  private EscrowEvent.Parts parts(Tuple values) {
    return new EscrowEvent.Parts(
        value(Part.ID).map(at -> orderId(values.get(at))),
        address(Part.BUYER, values),
        address(Part.SELLER, values),
        address(Part.TOKEN, values),
        value(Part.AMOUNT).map(at -> number(values.get(at))),
        value(Part.DEADLINE).map(at -> Words.instant(number(values.get(at)))),
        address(Part.TO, values));
  }

  private Optional<Address> address(Part part, Tuple values) {
    return value(part).map(at -> Words.address(values.get(at)));
  }

  private Optional<Integer> value(Part part) {
    return Optional.ofNullable(places.get(part));
  }

  private int place(Part part) {
    return value(part).orElseThrow();
  }

  private static BigInteger number(Object value) {
    return value instanceof BigInteger big ? big : BigInteger.valueOf(((Number) value).longValue());
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
}
