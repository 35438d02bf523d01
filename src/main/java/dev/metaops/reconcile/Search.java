package dev.metaops.reconcile;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.escrow.Decoded;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowProfile;
import dev.metaops.escrow.Escrows;
import dev.metaops.order.OrderTerms;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.Provider;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the logs of some orders, wherever in them their key stands. */
final class Search {
  private static final Comparator<Log> PLACE =
      Comparator.<Log>comparingLong(log -> log.block().number()).thenComparingInt(Log::index);

  private final Provider provider;
  private final Escrows escrows;

  Search(Provider provider, Escrows escrows) {
    this.provider = provider;
    this.escrows = escrows;
  }

  /**
   * What was found of one order.
   *
   * @param events in chain order
   * @param unreadable why one of its logs cannot be read
   */
  record Trace(List<EscrowEvent> events, Optional<String> unreadable) {
    static Trace empty() {
      return new Trace(List.of(), Optional.empty());
    }
  }

  /** By key; orders need one. The node may leave logs out: absence proves nothing. */
  Map<Hash, Trace> of(List<OrderTerms> orders, long to, Deadline deadline) {
    Set<Hash> keys = new HashSet<>();
    Set<Address> contracts = new HashSet<>();
    for (OrderTerms terms : orders) {
      keys.add(terms.key().orElseThrow());
      terms.contract().ifPresent(contracts::add);
    }
    if (!escrows.profile().isContractPerOrder()) {
      contracts.addAll(escrows.contracts());
    }
    List<Log> logs = new ArrayList<>();
    for (EscrowProfile.Trail trail : escrows.profile().trails()) {
      Set<Address> emitters = trail.emitter().map(Set::of).orElse(contracts);
      if (!emitters.isEmpty()) {
        var filter = new LogFilter(emitters, topics(trail, keys));
        logs.addAll(provider.logs(Math.min(escrows.firstBlock(), to), to, filter, deadline));
      }
    }
    logs.sort(PLACE);
    return traces(logs, keys);
  }

  private static List<Set<Hash>> topics(EscrowProfile.Trail trail, Set<Hash> keys) {
    List<Set<Hash>> topics = new ArrayList<>();
    topics.add(trail.topics());
    if (trail.keyTopic() > 0) {
      topics.addAll(Collections.nCopies(trail.keyTopic() - 1, Set.of()));
      topics.add(keys);
    }
    return topics;
  }

  private Map<Hash, Trace> traces(List<Log> logs, Set<Hash> keys) {
    Map<Hash, List<EscrowEvent>> events = new HashMap<>();
    Map<Hash, String> unreadable = new HashMap<>();
    for (Log log : logs) {
      switch (escrows.decode(log)) {
        case Decoded.Event(EscrowEvent event) ->
            events.computeIfAbsent(event.key(), _ -> new ArrayList<>()).add(event);
        case Decoded.Undecodable(Hash _, Optional<Hash> key, String why) ->
            key.ifPresent(its ->
                unreadable.putIfAbsent(
                    its,
                    "an event of its escrow in block " + log.block() + " cannot be read: " + why));
        case Decoded.Unmapped _ -> {}
      }
    }
    Map<Hash, Trace> traces = new HashMap<>();
    for (Hash key : keys) {
      traces.put(
          key,
          new Trace(
              List.copyOf(events.getOrDefault(key, List.of())),
              Optional.ofNullable(unreadable.get(key))));
    }
    return traces;
  }
}
