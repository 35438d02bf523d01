package dev.metaops.rpc;

import java.util.Optional;

/**
 * How many questions one node may be asked, each of a batch counted. Another process of ours has
 * its own.
 *
 * @param callsADay at most in any 24 hours; a quarter of it may be spent at once
 * @param callsASecond on average and at once
 */
public record Budget(Optional<Long> callsADay, Optional<Integer> callsASecond) {
  /** As many as one likes. */
  public static final Budget NONE = new Budget(Optional.empty(), Optional.empty());

  static final long LEAST_A_DAY = 100;

  public Budget {
    callsADay.ifPresent(calls -> require("callsADay", calls, LEAST_A_DAY));
    callsASecond.ifPresent(calls -> require("callsASecond", calls, 1));
  }

  private static void require(String what, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: >= " + least + ")");
    }
  }
}
