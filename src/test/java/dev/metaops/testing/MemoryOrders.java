package dev.metaops.testing;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.Quarantined;
import dev.metaops.ledger.Recorded;
import dev.metaops.order.Folded;
import dev.metaops.order.OrderState;
import dev.metaops.order.OrderTerms;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Events of {@link MemoryLedger}, and the rows they move. */
final class MemoryOrders {
  private static final Comparator<Kept> PLACE =
      Comparator.<Kept>comparingLong(kept -> kept.event.log().block().number())
          .thenComparingInt(kept -> kept.event.log().index());

  private record Place(BlockRef block, int index) {
    static Place of(Log log) {
      return new Place(log.block(), log.index());
    }
  }

  private static final class Kept {
    final EscrowEvent event;
    boolean isCanonical = true;
    boolean isFinal;

    Kept(EscrowEvent event) {
      this.event = event;
    }
  }

  private static final class Row {
    final OrderTerms terms;
    OrderState state = OrderState.CREATED;
    boolean waits;

    Row(OrderTerms terms) {
      this.terms = terms;
    }
  }

  /** Who asks for rows to be moved. */
  enum Cause {
    LISTENER,
    REWIND
  }

  private final Map<Place, Kept> events = new HashMap<>();
  private final Map<Hash, List<Kept>> byKey = new HashMap<>();
  private final Map<Place, Quarantined> quarantined = new HashMap<>();
  private final Map<String, Row> rows = new TreeMap<>();
  private final Map<Hash, String> orders = new HashMap<>();
  private final Set<Hash> unmatched = new HashSet<>();

  void insert(OrderTerms terms) {
    rows.put(terms.orderId(), new Row(terms));
    orders.put(terms.key().orElseThrow(), terms.orderId());
  }

  Map<String, String> states() {
    Map<String, String> states = new TreeMap<>();
    rows.forEach((id, row) -> states.put(id, row.state.name()));
    return states;
  }

  List<Recorded> events(long from, long to, int limit) {
    return events.values().stream()
        .filter(kept -> kept.isCanonical)
        .filter(kept -> kept.event.log().block().number() >= from)
        .filter(kept -> kept.event.log().block().number() <= to)
        .sorted(PLACE)
        .limit(limit)
        .map(kept ->
            new Recorded(
                kept.event.log().block(),
                kept.event.log().index(),
                kept.event.log().transaction(),
                kept.event.kind().name(),
                kept.event.key()))
        .toList();
  }

  int kept() {
    return events.size();
  }

  int quarantined() {
    return quarantined.size();
  }

  int waiting() {
    return (int) rows.values().stream().filter(row -> row.waits).count();
  }

  /** Keys of events no row has. */
  int unmatched() {
    return (int) unmatched.stream().filter(key -> !orders.containsKey(key)).count();
  }

  /** Keys of events that a row has by now. */
  int unfolded() {
    return unmatched.size() - unmatched();
  }

  /** Adds them, and the keys to fold; how many were not there or did not count. */
  int write(Collection<EscrowEvent> incoming, long settled, Set<Hash> keys) {
    int added = 0;
    for (EscrowEvent event : incoming) {
      Place place = Place.of(event.log());
      @Nullable Kept before = events.get(place);
      Kept kept = before == null ? new Kept(event) : before;
      if (before == null) {
        events.put(place, kept);
        byKey.computeIfAbsent(event.key(), _ -> new ArrayList<>()).add(kept);
      }
      added += before == null || !before.isCanonical ? 1 : 0;
      kept.isCanonical = true;
      kept.isFinal |= event.log().block().number() <= settled;
      keys.add(event.key());
      quarantined.remove(place);
      if (!orders.containsKey(event.key())) {
        unmatched.add(event.key());
      }
    }
    return added;
  }

  void hold(Collection<Quarantined> held, Set<Hash> keys) {
    held.forEach(one -> quarantined.put(Place.of(one.log()), one));
    held.forEach(one -> one.key().ifPresent(keys::add));
  }

  /** How many events of blocks above this one do not count any more. */
  int orphanAbove(long number, Set<Hash> keys) {
    quarantined
        .entrySet()
        .removeIf(entry -> {
          boolean isAbove = entry.getKey().block().number() > number;
          if (isAbove) {
            entry.getValue().key().ifPresent(keys::add);
          }
          return isAbove;
        });
    int orphaned = 0;
    for (Kept kept : events.values()) {
      if (kept.isCanonical && kept.event.log().block().number() > number) {
        kept.isCanonical = false;
        kept.isFinal = false;
        keys.add(kept.event.key());
        orphaned++;
      }
    }
    return orphaned;
  }

  void settle(long number, Set<Hash> keys) {
    for (Kept kept : events.values()) {
      if (kept.isCanonical && !kept.isFinal && kept.event.log().block().number() <= number) {
        kept.isFinal = true;
        keys.add(kept.event.key());
      }
    }
  }

  /** Keys whose row came after their events, or could not be moved. */
  void pending(Set<Hash> keys) {
    unmatched.stream().filter(orders::containsKey).forEach(keys::add);
    unmatched.removeIf(orders::containsKey);
    rows.values().stream()
        .filter(row -> row.waits)
        .forEach(row -> keys.add(row.terms.key().orElseThrow()));
  }

  List<Applied.Move> fold(Set<Hash> keys, Cause cause, Applied.WriteMode mode) {
    List<Applied.Move> moves = new ArrayList<>();
    for (Row row : rows.values()) {
      Hash key = row.terms.key().orElseThrow();
      if (keys.contains(key)) {
        fold(row, key, cause, mode, moves);
      }
    }
    return moves;
  }

  private void fold(
      Row row, Hash key, Cause cause, Applied.WriteMode mode, List<Applied.Move> moves) {
    List<EscrowEvent> counted =
        byKey.getOrDefault(key, List.of()).stream()
            .filter(kept -> kept.isCanonical)
            .filter(kept -> kept.isFinal || !kept.event.kind().endsEscrow())
            .sorted(PLACE)
            .map(kept -> kept.event)
            .toList();
    boolean mayMove = cause == Cause.REWIND || !isOver(row.state);
    row.waits = false;
    if (!(Folded.of(row.terms, counted) instanceof Folded.Stands(OrderState state))
        || state == row.state
        || !mayMove
        || isHeld(row)) {
      return;
    }
    if (mode == Applied.WriteMode.FROZEN) {
      row.waits = true;
      return;
    }
    moves.addAll(walked(row, counted, state));
    row.state = state;
  }

  private boolean isHeld(Row row) {
    return quarantined.values().stream()
        .filter(one -> one.key().equals(row.terms.key()))
        .anyMatch(one -> row.terms.contract().equals(java.util.Optional.of(one.log().address())));
  }

  static boolean isOver(OrderState state) {
    return switch (state) {
      case SETTLED, REFUNDED, CANCELLED -> true;
      case CREATED, PENDING, DEPOSITED, CONFIRMED, TRADED, DISPUTED -> false;
    };
  }

  /** Each step on from where the row stood; one alone when the chain never led there. */
  private static List<Applied.Move> walked(Row row, List<EscrowEvent> counted, OrderState goal) {
    List<String> states = new ArrayList<>(List.of(OrderState.CREATED.name()));
    for (int length = 1; length <= counted.size(); length++) {
      states.add(Folded.of(row.terms, counted.subList(0, length)).text());
    }
    int stood = states.lastIndexOf(row.state.name());
    List<Applied.Move> moves = new ArrayList<>();
    if (stood < 0 || counted.isEmpty()) {
      moves.add(new Applied.Move(row.terms.orderId(), row.state.name(), goal.name()));
      return moves;
    }
    for (int at = stood + 1; at < states.size(); at++) {
      if (!states.get(at).equals(states.get(at - 1))) {
        moves.add(new Applied.Move(row.terms.orderId(), states.get(at - 1), states.get(at)));
      }
    }
    return moves;
  }
}
