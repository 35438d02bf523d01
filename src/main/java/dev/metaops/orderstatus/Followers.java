package dev.metaops.orderstatus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** Everybody who follows an order now, at most so many. Thread-safe; nothing here waits. */
final class Followers {
  private final int most;
  private final Map<String, List<Follower>> byOrder = new HashMap<>();
  private final Map<Cut, LongAdder> cuts = new EnumMap<>(Cut.class);
  private int count;
  private Optional<Told.Blind> blind = Optional.empty();

  Followers(int most) {
    this.most = most;
    for (Cut cut : Cut.values()) {
      cuts.put(cut, new LongAdder());
    }
  }

  /** Whether there was room. From now on it hears of its order, and whether anybody can look. */
  synchronized boolean join(Follower follower) {
    if (count >= most) {
      return false;
    }
    byOrder.computeIfAbsent(follower.order(), _ -> new ArrayList<>(1)).add(follower);
    count++;
    blind.ifPresent(follower::tell);
    return true;
  }

  /** It left, or was cut. Idempotent. */
  synchronized void leave(Follower follower) {
    List<Follower> beside = byOrder.getOrDefault(follower.order(), List.of());
    if (!beside.contains(follower)) {
      return;
    }
    beside.remove(follower);
    count--;
    if (beside.isEmpty()) {
      byOrder.remove(follower.order());
    }
    follower.cut().ifPresent(why -> cuts.getOrDefault(why, new LongAdder()).increment());
  }

  synchronized boolean isFull() {
    return count >= most;
  }

  synchronized boolean isEmpty() {
    return count == 0;
  }

  int most() {
    return most;
  }

  /** Does this before anybody can join, when nobody is here. */
  synchronized void ifNobody(Runnable then) {
    if (count == 0) {
      then.run();
    }
  }

  synchronized int count(Follower.Transport transport) {
    return (int)
        byOrder.values().stream()
            .flatMap(List::stream)
            .filter(follower -> follower.transport() == transport)
            .count();
  }

  /** How many were cut for this reason since the process began. */
  long cuts(Cut why) {
    return cuts.getOrDefault(why, new LongAdder()).sum();
  }

  synchronized void tell(Move move) {
    byOrder
        .getOrDefault(move.order(), List.of())
        .forEach(follower -> follower.tell(new Told.Moved(move)));
  }

  /** Who comes while nobody can look is told so too. */
  synchronized void blind(Told.Blind told) {
    blind = Optional.of(told);
    all().forEach(follower -> follower.tell(told));
  }

  /** Those who were told otherwise; idempotent. */
  synchronized void seeing() {
    if (blind.isPresent()) {
      blind = Optional.empty();
      all().forEach(follower -> follower.tell(new Told.Seeing()));
    }
  }

  synchronized boolean isBlind() {
    return blind.isPresent();
  }

  void cutAll(Cut why) {
    all().forEach(follower -> follower.cut(why));
  }

  void cutThoseWritingFor(Duration most, Duration onceCut) {
    all().forEach(follower -> follower.cutIfWritingFor(most, onceCut));
  }

  private synchronized List<Follower> all() {
    return byOrder.values().stream().flatMap(List::stream).toList();
  }
}
