package dev.metaops.canary;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What whoever looks all the time knows of one front end.
 *
 * @param at when it was looked at last
 * @param order which order it is asked about
 * @param drops connections that were lost, the latest last; {@link Drop#MOST} at most
 */
public record Remembered(String frontend, Instant at, Optional<String> order, List<Drop> drops) {
  public Remembered {
    drops = List.copyOf(drops.subList(Math.max(0, drops.size() - Drop.MOST), drops.size()));
  }

  /** Empty until it was looked at. */
  static Optional<Remembered> of(Watch watch) {
    return watch
        .last()
        .map(
            last -> new Remembered(watch.watched().name(), last.at(), last.order(), watch.drops()));
  }
}
