package dev.metaops.store;

import dev.metaops.time.Ages;
import java.util.List;

/**
 * A pool at a moment.
 *
 * @param size how many connections it lends at most
 * @param idle open, and lent to nobody
 * @param waiting who want one now
 * @param held who has one, the longest first
 * @param counts since the process began
 */
public record PoolState(int size, int idle, int waiting, List<Held> held, Counts counts) {
  /**
   * How often.
   *
   * @param opened connections
   * @param lost which were found broken, or too old to be trusted
   * @param timedOut who got none in time
   * @param takenBack from who held one too long
   */
  public record Counts(long opened, long lost, long timedOut, long takenBack) {}

  public PoolState {
    held = List.copyOf(held);
  }

  public int used() {
    return held.size();
  }

  /** Numbers, and who holds one longest. */
  String sentence() {
    return "(size="
        + size
        + ", used="
        + used()
        + ", idle="
        + idle
        + ", waiting="
        + waiting
        + ")"
        + held.stream()
            .findFirst()
            .map(longest ->
                ", the longest held for " + Ages.of(longest.held()) + " by " + longest.holder())
            .orElse("");
  }
}
