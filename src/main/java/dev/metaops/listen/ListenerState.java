package dev.metaops.listen;

import dev.metaops.ledger.Stream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How the listener is, as any process can tell from its stream: pure, and never better than what
 * was read. Instants are on the orders database's clock.
 *
 * @param frozen rows are not written, whatever the pulse
 * @param finality whether the chain still makes blocks final
 */
public record ListenerState(Pulse pulse, Optional<Stream.Freeze> frozen, Finality finality) {
  /**
   * Finality that has not moved for this long while the head did is stalled: more than three epochs
   * of the slowest chain we know, Ethereum.
   */
  static final Duration FINALITY_BUDGET = Duration.ofMinutes(20);

  /** Whether it lives and keeps up. */
  public sealed interface Pulse {
    /** It lives, and the ledger is no older than its budget. */
    record Following(Duration staleness) implements Pulse {}

    /** It lives and reads, and the head is further ahead than the budget. */
    record Behind(long blocks, Duration by) implements Pulse {}

    /** It lives and says why it cannot go on, or has seen no head for longer than the budget. */
    record Stuck(Instant since, String why) implements Pulse {}

    /** Nobody holds the lease: it ended, hangs, or cannot reach this database. */
    record Dead(Instant since, String how) implements Pulse {}

    /** Nothing ever followed a chain into this database. */
    record Never() implements Pulse {}
  }

  /** Whether the chain still makes blocks final. */
  public sealed interface Finality {
    record Moving() implements Finality {}

    /** The head moves, finality does not. */
    record Stalled(Instant since, long blocks) implements Finality {}
  }

  /** Nothing follows. */
  public static ListenerState never() {
    return new ListenerState(new Pulse.Never(), Optional.empty(), new Finality.Moving());
  }

  /**
   * Judges a stream.
   *
   * @param budget how old the ledger may be
   */
  public static ListenerState of(Stream stream, Duration budget) {
    return new ListenerState(pulse(stream, budget), stream.frozen(), finality(stream));
  }

  private static Pulse pulse(Stream stream, Duration budget) {
    if (!stream.isHeld()) {
      return new Pulse.Dead(
          lastSign(stream),
          stream
              .leaseHolder()
              .map(holder -> "the lease of " + holder + " ran out")
              .orElse("nobody holds the lease"));
    }
    if (stream.trouble().isPresent()) {
      return new Pulse.Stuck(stream.troubleSince().orElse(stream.now()), stream.trouble().get());
    }
    if (stream.headSeenAt().isEmpty()) {
      return new Pulse.Stuck(
          stream.leaseExpiresAt().orElse(stream.now()), "it has not seen the chain yet");
    }
    Instant seen = stream.headSeenAt().get();
    if (Duration.between(seen, stream.now()).compareTo(budget) > 0) {
      return new Pulse.Stuck(seen, "it holds its lease and has reported no head since");
    }
    return stream.staleness().compareTo(budget) > 0
        ? new Pulse.Behind(stream.blocksBehind(), stream.behind())
        : new Pulse.Following(stream.staleness());
  }

  /** The last moment at which the holder did anything. */
  private static Instant lastSign(Stream stream) {
    return later(stream.headSeenAt(), stream.appliedAt())
        .or(stream::leaseExpiresAt)
        .orElse(stream.cursorTime());
  }

  private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
    return one.filter(at -> other.filter(at::isBefore).isEmpty()).or(() -> other);
  }

  private static Finality finality(Stream stream) {
    long ahead = stream.headNumber().orElse(0L) - stream.settledNumber();
    Optional<Instant> moved = stream.settledMovedAt();
    boolean isStalled =
        ahead > 0
            && moved
                .filter(at ->
                    Duration.between(at, stream.headSeenAt().orElse(at)).compareTo(FINALITY_BUDGET)
                        > 0)
                .isPresent();
    return isStalled ? new Finality.Stalled(moved.get(), ahead) : new Finality.Moving();
  }
}
