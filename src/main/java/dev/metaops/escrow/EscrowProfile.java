package dev.metaops.escrow;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the logs of a venue's escrow contracts mean. Decoding is total: hostile bytes give {@link
 * Decoded.Undecodable}, never an exception. Thread-safe.
 */
public final class EscrowProfile {
  private static final String ENDED = "(bytes32 indexed,address indexed,uint256)";

  private static final Map<EscrowKind, String> REGISTRY =
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

  private static final Map<EscrowKind, String> PER_ORDER =
      new EnumMap<>(
          Map.of(
              EscrowKind.DEPOSITED,
              "Deposited(address indexed depositor, uint256 amount)",
              EscrowKind.CONFIRMED,
              "Confirmed(address indexed sender)",
              EscrowKind.TRADED,
              "TradeExecuted(address indexed sender, uint256 amountOutMin, address[] path,"
                  + " uint256 deadline)",
              EscrowKind.PART_RELEASED,
              "FundsReleased(address indexed to, uint256 amount)",
              EscrowKind.REFUNDED,
              "Refunded(address indexed depositor, uint256 amount)"));

  /** A contract that makes the orders' own, and its event that says so. */
  public record Factory(Address address, String event) {}

  private record Made(Address address, EventReader reader) {}

  private final Map<Hash, EventReader> readers;
  private final Optional<Made> factory;
  private final EscrowStorage storage;

  private EscrowProfile(
      Map<Hash, EventReader> readers, Optional<Made> factory, EscrowStorage storage) {
    this.readers = Map.copyOf(readers);
    this.factory = factory;
    this.storage = storage;
  }

  /**
   * The reference registry: one contract holds every escrow, each under its {@link EscrowKey}.
   *
   * @throws IllegalArgumentException naming the first event that is missing, and those there are
   */
  public static EscrowProfile registry(EscrowAbi abi) {
    Map<Hash, EventReader> readers = new HashMap<>();
    REGISTRY.forEach((kind, signature) -> {
      DeclaredEvent declared =
          abi.events().stream()
              .filter(event -> event.signature().equals(signature))
              .findFirst()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "ABI: no event " + signature + " (it has: " + abi.listed() + ")"));
      readers.put(
          declared.topic0(),
          new EventReader(kind, declared, places(kind), EventReader.NamedBy.PARAMETER));
    });
    return new EscrowProfile(readers, Optional.empty(), new EscrowStorage.Registry());
  }

  private static Map<Part, Integer> places(EscrowKind kind) {
    Map<Part, Integer> places = new EnumMap<>(Map.of(Part.KEY, 0));
    switch (kind) {
      case CREATED ->
          places.putAll(
              Map.of(
                  Part.BUYER,
                  1,
                  Part.SELLER,
                  2,
                  Part.ID,
                  3,
                  Part.TOKEN,
                  4,
                  Part.AMOUNT,
                  5,
                  Part.DEADLINE,
                  6));
      case RELEASED, REFUNDED, CANCELLED -> places.putAll(Map.of(Part.TO, 1, Part.AMOUNT, 2));
      case DISPUTED -> places.put(Part.TO, 1);
      case DEPOSITED, CONFIRMED, TRADED, PART_RELEASED -> {}
    }
    return places;
  }

  /**
   * One contract holds every escrow; which of its events mean what is configured.
   *
   * @param events what {@link EventChoice} reads, by kind; {@code CREATED} among them
   * @throws IllegalArgumentException with one sentence naming what does not fit
   */
  public static EscrowProfile mapped(
      EscrowAbi abi, Map<EscrowKind, String> events, Optional<StatusFunction> status) {
    if (!events.containsKey(EscrowKind.CREATED)) {
      throw new IllegalArgumentException(
          "events: nothing says which event puts money into escrow (expected: created = \"…\";"
              + " the ABI has: "
              + abi.listed()
              + ")");
    }
    Map<Hash, EventReader> readers = new HashMap<>();
    events.forEach((kind, text) -> {
      EventChoice choice = EventChoice.parse(text);
      DeclaredEvent declared = choice.in(abi);
      var reader =
          new EventReader(
              kind, declared, choice.places(kind, declared), EventReader.NamedBy.PARAMETER);
      if (readers.put(declared.topic0(), reader) != null) {
        throw new IllegalArgumentException(
            "events: " + declared.signature() + " is to mean two things");
      }
    });
    return new EscrowProfile(
        readers,
        Optional.empty(),
        status.<EscrowStorage>map(EscrowStorage.Function::new).orElseGet(EscrowStorage.None::new));
  }

  /**
   * Each order has a contract of its own, whose address is the order's key.
   *
   * @param code the {@link TradeContract#mark} these contracts have to have
   * @throws IllegalArgumentException with one sentence when the factory's event cannot be read
   */
  public static EscrowProfile perOrder(Optional<Factory> factory, Optional<Hash> code) {
    Map<Hash, EventReader> readers = new HashMap<>();
    PER_ORDER.forEach((kind, signature) -> {
      DeclaredEvent declared = DeclaredEvent.parse(signature);
      Map<Part, Integer> places = new EnumMap<>(Map.of(Part.TO, 0));
      if (kind != EscrowKind.CONFIRMED && kind != EscrowKind.TRADED) {
        places.put(Part.AMOUNT, 1);
      }
      readers.put(
          declared.topic0(), new EventReader(kind, declared, places, EventReader.NamedBy.EMITTER));
    });
    return new EscrowProfile(
        readers, factory.map(EscrowProfile::made), new EscrowStorage.PerOrder(code));
  }

  private static Made made(Factory factory) {
    EventChoice choice = EventChoice.parse(factory.event());
    DeclaredEvent declared = DeclaredEvent.parse(choice.event());
    Map<Part, Integer> places = new EnumMap<>(choice.places(EscrowKind.CREATED, declared));
    int key = places.getOrDefault(Part.KEY, -1);
    if (key < 0 || !declared.type(key).equals("address")) {
      throw new IllegalArgumentException(
          "factory-event: "
              + factory.event()
              + ": nothing says which parameter is the new contract's address (add key=parameter)");
    }
    return new Made(
        factory.address(),
        new EventReader(EscrowKind.CREATED, declared, places, EventReader.NamedBy.NEW_CONTRACT));
  }

  /** The first topics of the mapped events of the escrow contracts. */
  public Set<Hash> topics() {
    return readers.keySet();
  }

  /** The same and the factory's: what to test a block's bloom for. */
  public Set<Hash> watchedTopics() {
    Set<Hash> topics = new HashSet<>(readers.keySet());
    factory.ifPresent(made -> topics.add(made.reader().declared().topic0()));
    return topics;
  }

  /** How the contract can be asked where an escrow stands. */
  public EscrowStorage storage() {
    return storage;
  }

  /** Whether each order settles through a contract of its own. */
  public boolean isContractPerOrder() {
    return storage instanceof EscrowStorage.PerOrder;
  }

  /** Who makes the orders' contracts. */
  public Optional<Address> factory() {
    return factory.map(Made::address);
  }

  /** Where the logs about one order are to be looked for. */
  public List<Trail> trails() {
    Map<Integer, Set<Hash>> byPlace = new TreeMap<>();
    readers.forEach((topic0, reader) ->
        byPlace.computeIfAbsent(reader.keyTopic(), _ -> new TreeSet<>()).add(topic0));
    List<Trail> trails = new ArrayList<>();
    byPlace.forEach((place, topics) -> trails.add(new Trail(Optional.empty(), topics, place)));
    factory.ifPresent(made ->
        trails.add(
            new Trail(
                Optional.of(made.address()),
                Set.of(made.reader().declared().topic0()),
                made.reader().keyTopic())));
    return trails;
  }

  /**
   * Events in which the key stands in the same place.
   *
   * @param emitter who emits them; empty for the escrow's own contract
   * @param topics their first topics
   * @param keyTopic which topic holds the order's key, 1 to 3; 0 when none does
   */
  public record Trail(Optional<Address> emitter, Set<Hash> topics, int keyTopic) {}

  /** What this log says. Whether its contract is the right one is the caller's to check. */
  public Decoded decode(Log log) {
    if (log.topics().isEmpty()) {
      return new Decoded.Unmapped(Optional.empty());
    }
    Hash topic0 = log.topics().getFirst();
    boolean isOfFactory = factory.filter(made -> made.address().equals(log.address())).isPresent();
    Optional<EventReader> reader =
        isOfFactory
            ? factory.map(Made::reader).filter(its -> its.declared().topic0().equals(topic0))
            : Optional.ofNullable(readers.get(topic0));
    return reader
        .map(found -> found.decode(log))
        .orElseGet(() -> new Decoded.Unmapped(Optional.of(topic0)));
  }
}
