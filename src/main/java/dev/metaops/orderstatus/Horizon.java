package dev.metaops.orderstatus;

import java.util.ArrayList;
import java.util.List;

/**
 * Which transactions a look at the database saw: all below {@code next} but those then running.
 * What the look after it finds new is what committed in between, however long it had run.
 *
 * @param next the first number that was not given out yet
 * @param running those that had one and had not ended
 */
record Horizon(long next, List<Long> running) {
  Horizon {
    running = List.copyOf(running);
  }

  /** Reads a {@code pg_snapshot}: {@code oldest:next:running,running}. */
  static Horizon parse(String snapshot) {
    String[] parts = snapshot.split(":", -1);
    List<Long> running = new ArrayList<>();
    for (String one : parts[2].split(",", -1)) {
      if (!one.isEmpty()) {
        running.add(Long.parseLong(one));
      }
    }
    return new Horizon(Long.parseLong(parts[1]), running);
  }
}
