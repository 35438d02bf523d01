package dev.metaops.pool;

import dev.metaops.finding.Finding;
import dev.metaops.finding.Severity;
import dev.metaops.store.Held;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who holds a connection of the pool too long, and from whom one was taken lately. Pure.
 *
 * @param taken the latest, {@link #MOST} at most
 */
record PoolLeaks(List<Taken> taken) {
  /** Somebody holds a connection too long. */
  static final String CODE = "pool-leak";

  /** What was taken back is over, and its cause is not; so it is told for a while. */
  static final Duration TOLD = Duration.ofMinutes(10);

  private static final int MOST = 32;

  record Taken(Held held, Instant at) {}

  PoolLeaks {
    taken = List.copyOf(taken.subList(Math.max(0, taken.size() - MOST), taken.size()));
  }

  static PoolLeaks none() {
    return new PoolLeaks(List.of());
  }

  /** With those that were taken just now, without those that were told for long enough. */
  PoolLeaks after(List<Held> more, Instant now) {
    List<Taken> all = new ArrayList<>(taken);
    all.removeIf(one -> Duration.between(one.at(), now).compareTo(TOLD) > 0);
    more.forEach(held -> all.add(new Taken(held, now)));
    return new PoolLeaks(all);
  }

  /**
   * One for each holder.
   *
   * @param held who has a connection now
   * @param leakAfter held for longer is a leak
   * @param takenBackAfter who holds one for longer loses it
   */
  Collection<Finding> findings(List<Held> held, Duration leakAfter, Duration takenBackAfter) {
    Map<String, Finding> found = new LinkedHashMap<>();
    for (Taken one : taken) {
      add(
          found,
          one.held(),
          "held a database connection of serve's pool for "
              + Ages.of(one.held().held())
              + " and lost it at "
              + one.at()
              + "; whatever it was doing failed");
    }
    for (Held one : held) {
      if (one.held().compareTo(leakAfter) >= 0) {
        add(
            found,
            one,
            "holds a database connection of serve's pool since "
                + one.since()
                + " (expected: for less than "
                + Ages.of(leakAfter)
                + "), and loses it after "
                + Ages.of(takenBackAfter)
                + "; at once: metaops db reset-pool");
      }
    }
    return found.values();
  }

  private static void add(Map<String, Finding> found, Held held, String what) {
    found.put(
        held.holder(),
        Finding.of(
            CODE,
            "pool of serve: " + held.holder(),
            Severity.P2,
            held.holder() + " " + what,
            Map.of(
                "thread", held.thread(), "place", held.place(), "since", held.since().toString())));
  }
}
