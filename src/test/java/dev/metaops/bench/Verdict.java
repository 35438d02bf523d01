package dev.metaops.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What was heard, held against what was done: how many of each. */
record Verdict(
    int made, int heard, int missed, int doubled, int misordered, int madeUp, int resets) {
  boolean isClean() {
    return missed == 0 && doubled == 0 && misordered == 0 && madeUp == 0 && resets == 0;
  }

  /** The watcher of an order is at its number. */
  static Verdict of(List<Watcher> watchers, Moves moves) {
    int heardInAll = 0;
    int missed = 0;
    int doubled = 0;
    int misordered = 0;
    int madeUp = 0;
    int resets = 0;
    for (int order = 0; order < watchers.size(); order++) {
      List<Long> truth = moves.of(order).stream().map(Moves.Made::id).toList();
      List<Long> heard = watchers.get(order).heard().stream().map(Watcher.Heard::id).toList();
      Set<Long> once = new HashSet<>(heard);
      Set<Long> real = new HashSet<>(truth);
      heardInAll += heard.size();
      missed += (int) truth.stream().filter(id -> !once.contains(id)).count();
      madeUp += (int) once.stream().filter(id -> !real.contains(id)).count();
      doubled += heard.size() - once.size();
      List<Long> distinct = heard.stream().distinct().filter(real::contains).toList();
      List<Long> expected = truth.stream().filter(once::contains).toList();
      misordered += distinct.equals(expected) ? 0 : 1;
      resets += watchers.get(order).resets();
    }
    return new Verdict(moves.count(), heardInAll, missed, doubled, misordered, madeUp, resets);
  }

  /** From right before a commit to the client, of clients that were connected by then. */
  static List<Long> latencies(List<Watcher> watchers, Moves moves) {
    List<Long> nanos = new ArrayList<>();
    for (int order = 0; order < watchers.size(); order++) {
      Map<Long, Long> committed = new HashMap<>();
      moves.of(order).forEach(made -> committed.put(made.id(), made.nanos()));
      for (Watcher.Heard heard : watchers.get(order).heard()) {
        Long since = committed.get(heard.id());
        if (since != null && since > heard.connectedSince()) {
          nanos.add(heard.nanos() - since);
        }
      }
    }
    return nanos;
  }
}
