package dev.metaops.testing;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowKind;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.Completeness;
import dev.metaops.ledger.HeldLog;
import dev.metaops.ledger.Quarantined;
import dev.metaops.ledger.Recorded;
import dev.metaops.ledger.Refuted;
import dev.metaops.ledger.Reread;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
    final Set<Ended> ended = new HashSet<>();
    OrderState state = OrderState.CREATED;
    boolean waits;
    boolean maybePutBack;
    String folded = OrderState.CREATED.name();

    Row(OrderTerms terms) {
      this.terms = terms;
    }
  }

  /** A step of a row, and the event it rests on. */
  private record Ended(String state, Place on) {}

  /**
   * What was taken back.
   *
   * @param keys of the events among it
   * @param ended the orders of these keys whose rows had ended, and how
   */
  record Refutation(List<Refuted> refuted, Set<Hash> keys, Map<String, String> ended) {}

  /** Who asks for rows to be moved. */
  enum Cause {
    LISTENER,
    REWIND
  }

  private final Map<Place, Kept> events = new HashMap<>();
  private final Map<Hash, List<Kept>> byKey = new HashMap<>();
  private final Map<Place, Quarantined> quarantined = new HashMap<>();
  private final Set<Place> refuted = new HashSet<>();
  private int refutations;
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

  /** Takes back what the proved blocks do not hold, or not so; keys to fold are added. */
  Refutation refute(Reread reread, Set<Long> otherScope, Set<Hash> keys) {
    Set<Long> proved =
        reread.blocks().stream()
            .filter(block -> block.completeness() == Completeness.RECEIPTS)
            .map(block -> block.header().number())
            .collect(Collectors.toSet());
    Map<Place, EscrowEvent> said = new HashMap<>();
    reread.events().forEach(event -> said.put(Place.of(event.log()), event));
    Set<Place> spared =
        reread.unread().stream()
            .filter(one ->
                one.why() == Reread.Unread.Why.OUTSIDE
                    || otherScope.contains(one.log().block().number()))
            .map(one -> Place.of(one.log()))
            .collect(Collectors.toSet());
    List<Refuted> counted = new ArrayList<>();
    Set<Hash> ofEvents = new HashSet<>();
    for (Kept kept : List.copyOf(events.values())) {
      Place place = Place.of(kept.event.log());
      @Nullable EscrowEvent now = said.get(place);
      boolean isSpoken =
          reread.contracts().read().contains(kept.event.contract())
              && (kept.event.kind() != EscrowKind.CREATED
                  || reread.contracts().watched().contains(kept.event.contract())
                  || !otherScope.contains(place.block().number()));
      boolean isWrong =
          now == null
              ? kept.isCanonical && isSpoken && !spared.contains(place)
              : !content(now).equals(content(kept.event));
      if (!proved.contains(place.block().number()) || !isWrong) {
        continue;
      }
      events.remove(place);
      byKey.getOrDefault(kept.event.key(), List.of()).remove(kept);
      refuted.add(place);
      refutations++;
      if (kept.isCanonical) {
        ofEvents.add(kept.event.key());
        counted.add(refuted(place, Optional.of(kept.event.kind().name()), now == null));
      }
    }
    counted.addAll(refuteHeld(reread, proved, said.keySet(), spared, keys));
    keys.addAll(ofEvents);
    counted.sort(
        Comparator.<Refuted>comparingInt(one -> one.kind().isPresent() ? 0 : 1)
            .thenComparingLong(Refuted::block)
            .thenComparingInt(Refuted::index));
    return new Refutation(counted, ofEvents, ended(ofEvents));
  }

  private List<Refuted> refuteHeld(
      Reread reread, Set<Long> proved, Set<Place> events, Set<Place> spared, Set<Hash> keys) {
    Map<Place, Quarantined> said = new HashMap<>();
    reread.quarantined().forEach(held -> said.put(Place.of(held.log()), held));
    List<Refuted> counted = new ArrayList<>();
    for (Quarantined held : List.copyOf(quarantined.values())) {
      Place place = Place.of(held.log());
      @Nullable Quarantined now = said.get(place);
      boolean isWrong =
          now == null
              ? reread.contracts().read().contains(held.log().address())
                  && !spared.contains(place)
                  && !events.contains(place)
              : !now.key().equals(held.key())
                  || !now.log().address().equals(held.log().address())
                  || !now.log().transaction().equals(held.log().transaction());
      if (proved.contains(place.block().number()) && isWrong) {
        quarantined.remove(place);
        refuted.add(place);
        refutations++;
        held.key().ifPresent(keys::add);
        counted.add(refuted(place, Optional.empty(), now == null));
      }
    }
    return counted;
  }

  private static Refuted refuted(Place place, Optional<String> kind, boolean isAbsent) {
    return new Refuted(
        place.block().number(),
        place.index(),
        kind,
        isAbsent ? Refuted.Why.ABSENT : Refuted.Why.DIFFERS);
  }

  /** What a row of SQL has of it. */
  private static List<Object> content(EscrowEvent event) {
    return List.of(
        event.log().transaction(), event.contract(), event.kind(), event.key(), event.parts());
  }

  /** The rows of these keys that are over; each may be put back where it ended on what is gone. */
  private Map<String, String> ended(Set<Hash> keys) {
    Map<String, String> ended = new TreeMap<>();
    for (Hash key : keys) {
      @Nullable String id = orders.get(key);
      @Nullable Row row = id == null ? null : rows.get(id);
      if (id != null && row != null && isOver(row.state)) {
        ended.put(id, row.state.name());
        row.maybePutBack |=
            row.folded.equals(row.state.name())
                || row.ended.stream()
                    .anyMatch(
                        one -> one.state().equals(row.state.name()) && refuted.contains(one.on()));
      }
    }
    return ended;
  }

  int refuted() {
    return refutations;
  }

  void forgetUnmatched(Set<Hash> keys) {
    keys.stream()
        .filter(key -> byKey.getOrDefault(key, List.of()).isEmpty())
        .forEach(unmatched::remove);
  }

  /** What the ledger makes of this order, as it was folded last. */
  String folded(String order) {
    return Objects.requireNonNull(rows.get(order)).folded;
  }

  boolean agrees(String order) {
    Row row = Objects.requireNonNull(rows.get(order));
    return row.folded.equals(row.state.name());
  }

  Set<HeldLog> held(long from, long to) {
    Set<HeldLog> held = new HashSet<>();
    events.values().stream()
        .filter(kept -> kept.isCanonical)
        .map(kept -> new HeldLog(kept.event.log().block().number(), kept.event.contract()))
        .forEach(held::add);
    quarantined.values().stream()
        .map(one -> new HeldLog(one.log().block().number(), one.log().address()))
        .forEach(held::add);
    held.removeIf(one -> one.block() < from || one.block() > to);
    return held;
  }

  void hold(Collection<Quarantined> held, Set<Hash> keys) {
    held.forEach(one -> quarantined.putIfAbsent(Place.of(one.log()), one));
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
    Folded folded = Folded.of(row.terms, counted);
    row.folded = folded.text();
    row.waits = false;
    if (!(folded instanceof Folded.Stands(OrderState state))
        || state == row.state
        || !(cause == Cause.REWIND || !isOver(row.state) || (row.maybePutBack && !isOver(state)))
        || isHeld(row)) {
      row.maybePutBack = false;
      return;
    }
    if (mode == Applied.WriteMode.FROZEN) {
      row.waits = true;
      return;
    }
    moves.addAll(walked(row, counted, state));
    row.maybePutBack = false;
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
      if (!counted.isEmpty()) {
        row.ended.add(new Ended(goal.name(), Place.of(counted.getLast().log())));
      }
      moves.add(new Applied.Move(row.terms.orderId(), row.state.name(), goal.name()));
      return moves;
    }
    for (int at = stood + 1; at < states.size(); at++) {
      if (!states.get(at).equals(states.get(at - 1))) {
        row.ended.add(new Ended(states.get(at), Place.of(counted.get(at - 1).log())));
        moves.add(new Applied.Move(row.terms.orderId(), states.get(at - 1), states.get(at)));
      }
    }
    return moves;
  }
}
