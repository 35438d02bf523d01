package dev.metaops.rpc;

import java.time.Duration;
import java.util.Optional;

/**
 * When a second node is asked because the first takes long, and how often at most: what is slow
 * because all are busy is not made slower by asking twice. Thread-safe.
 */
final class Hedges {
  /** As many in a row at most. */
  private static final int AT_ONCE = 10;

  private final Providers.Pace pace;
  private double left = AT_ONCE;

  Hedges(Providers.Pace pace) {
    this.pace = pace;
  }

  /** Each question asked earns a part of a hedge. */
  synchronized void asked() {
    left = Math.min(AT_ONCE, left + pace.hedgesInHundred() / 100.0);
  }

  synchronized void spend() {
    left--;
  }

  /** How long this node may take before another is asked too; empty when none is. */
  synchronized Optional<Duration> delay(Node node, Purpose purpose) {
    if (left < 1 || pace.hedgesInHundred() == 0 || purpose == Purpose.PROOF) {
      return Optional.empty();
    }
    Duration usual = node.percentile(95).orElse(pace.hedgeAtMost());
    return Optional.of(
        usual.compareTo(pace.hedgeAtLeast()) < 0
            ? pace.hedgeAtLeast()
            : usual.compareTo(pace.hedgeAtMost()) > 0 ? pace.hedgeAtMost() : usual);
  }
}
