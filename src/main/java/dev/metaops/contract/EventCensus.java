package dev.metaops.contract;

import dev.metaops.chain.Hash;
import dev.metaops.escrow.Decoded;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether what a contract emitted is what its ABI and the event map say. Pure. */
public final class EventCensus {
  /** Events of proxies and their owners, which an implementation's ABI need not have. */
  private static final Map<Hash, String> OF_PROXIES = new LinkedHashMap<>();

  static {
    for (String signature :
        List.of(
            "Upgraded(address)",
            "BeaconUpgraded(address)",
            "AdminChanged(address,address)",
            "Initialized(uint8)",
            "Initialized(uint64)",
            "OwnershipTransferred(address,address)")) {
      OF_PROXIES.put(Keccaks.of(signature), signature);
    }
  }

  private EventCensus() {}

  /** What an emitted topic means to us. */
  public enum Kind {
    /** Moves an order. */
    MAPPED,
    /** In the ABI, moves no order. */
    UNMAPPED,
    /** Not in the ABI. */
    UNKNOWN
  }

  /**
   * One topic, counted.
   *
   * @param topic absent on anonymous events
   * @param name its signature, or the topic where nobody knows one
   */
  public record Seen(Optional<Hash> topic, String name, Kind kind, long count) {}

  /**
   * What the events should be.
   *
   * @param abi signatures by topic
   * @param mapped topics that move orders
   */
  public record Names(Map<Hash, String> abi, Set<Hash> mapped) {
    public Names {
      abi = Map.copyOf(abi);
      mapped = Set.copyOf(mapped);
    }

    /** Computes the topics. */
    public static Names of(List<String> signatures, Set<Hash> mapped) {
      Map<Hash, String> abi = new LinkedHashMap<>();
      signatures.forEach(signature -> abi.put(Keccaks.of(signature), signature));
      return new Names(abi, mapped);
    }

    String name(Optional<Hash> topic) {
      return topic
          .map(hash -> abi.getOrDefault(hash, OF_PROXIES.getOrDefault(hash, hash.text())))
          .orElse("anonymous");
    }

    Kind kind(Optional<Hash> topic) {
      return topic.isEmpty()
          ? Kind.UNKNOWN
          : mapped.contains(topic.get())
              ? Kind.MAPPED
              : abi.containsKey(topic.get()) || OF_PROXIES.containsKey(topic.get())
                  ? Kind.UNMAPPED
                  : Kind.UNKNOWN;
    }
  }

  /** Counted by topic, in the order they were first seen. */
  public static List<Seen> count(Names names, List<Decoded> events) {
    Map<Optional<Hash>, Long> counts = new LinkedHashMap<>();
    events.forEach(event -> counts.merge(topic(event), 1L, Long::sum));
    return counts.entrySet().stream()
        .map(each ->
            new Seen(
                each.getKey(),
                names.name(each.getKey()),
                names.kind(each.getKey()),
                each.getValue()))
        .toList();
  }

  /**
   * Judges.
   *
   * @param running the code that runs, in which a compiler writes the topic of each event
   * @param range for people: which blocks were read
   */
  public static List<Check> judge(
      Names names, List<Decoded> events, Bytecode running, String range) {
    List<Check> checks = new ArrayList<>();
    List<Seen> seen = count(names, events);
    checks.add(missing(names, seen, running));
    checks.add(unknown(seen, events.size(), range));
    checks.add(decoding(events, range));
    return checks;
  }

  private static Check missing(Names names, List<Seen> seen, Bytecode running) {
    Set<String> lost = new TreeSet<>();
    for (Hash topic : names.mapped()) {
      boolean wasSeen = seen.stream().anyMatch(each -> each.topic().equals(Optional.of(topic)));
      if (!wasSeen && !running.pushes(topic)) {
        lost.add(names.name(Optional.of(topic)));
      }
    }
    int all = names.mapped().size();
    String wanted = "all " + all + " mapped events in the code";
    return lost.isEmpty()
        ? Check.fine("mapped events", wanted, all + " of " + all)
        : Check.wrong(
            Grade.WARNING,
            Symptom.EVENT_MISSING,
            "mapped events",
            wanted,
            "the code names no " + String.join(", ", lost) + ", and none was emitted",
            Check.CONFIGURATION);
  }

  private static Check unknown(List<Seen> seen, int total, String range) {
    List<String> strange =
        seen.stream()
            .filter(each -> each.kind() == Kind.UNKNOWN)
            .map(each -> each.count() + " of " + each.name())
            .toList();
    long unmapped =
        seen.stream().filter(each -> each.kind() == Kind.UNMAPPED).mapToLong(Seen::count).sum();
    String counted = total + " in " + range + ", " + unmapped + " of them move no order";
    return strange.isEmpty()
        ? Check.fine("emitted events", "only events of the ABI", counted)
        : Check.wrong(
            Grade.WARNING,
            Symptom.EVENT_UNKNOWN,
            "emitted events",
            "only events of the ABI",
            counted + "; not in the ABI: " + String.join(", ", strange),
            Check.CONFIGURATION);
  }

  /** Whether every event that moves orders can be read. */
  public static Check decoding(List<Decoded> events, String range) {
    List<String> broken = new ArrayList<>();
    long readable = 0;
    for (Decoded event : events) {
      switch (event) {
        case Decoded.Event _ -> readable++;
        case Decoded.Undecodable(_, _, String why) -> broken.add(why);
        case Decoded.Unmapped _ -> {}
      }
    }
    return broken.isEmpty()
        ? Check.fine(
            "decoding", "every mapped event decodes", readable + " of " + readable + " in " + range)
        : Check.wrong(
            Grade.CRITICAL,
            Symptom.EVENT_UNDECODABLE,
            "decoding",
            "every mapped event decodes",
            broken.size() + " do not: " + broken.getFirst(),
            "metaops events recent");
  }

  private static Optional<Hash> topic(Decoded event) {
    return switch (event) {
      case Decoded.Event(var read) -> Optional.of(read.log().topics().getFirst());
      case Decoded.Undecodable(Hash topic, _, _) -> Optional.of(topic);
      case Decoded.Unmapped(Optional<Hash> topic) -> topic;
    };
  }
}
