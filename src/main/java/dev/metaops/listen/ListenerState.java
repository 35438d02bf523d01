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

  /**
   * A chain that made no block for this long gives it nothing to do: four times the age at which a
   * head counts as old.
   */
  static final Duration QUIET = Duration.ofMinutes(2);

  /** Whether it lives and keeps up. */
  public sealed interface Pulse {
    /** It lives, and the ledger is no older than its budget. */
    record Following(Duration staleness) implements Pulse {}

    /** It lives and is at the head, and the chain makes no blocks. */
    record Idle(Duration staleness, Duration headAge) implements Pulse {}

    /** It lives and reads, and the head is further ahead than the budget. */
    record Behind(long blocks, Duration by) implements Pulse {}

    /** It lives and says why it cannot go on, or has seen no head for longer than the budget. */
    record Stuck(Instant since, String why) implements Pulse {}

    /** Its process is there and does nothing. */
    record Hung(Instant since, HolderSight sight) implements Pulse {}

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

    /** The chain makes blocks final, and too few nodes vouch for them. */
    record Waiting(Instant since, String why) implements Finality {}
  }

  /** Nothing follows. */
  public static ListenerState never() {
    return new ListenerState(new Pulse.Never(), Optional.empty(), new Finality.Moving());
  }

  /**
   * Judges a stream, by it alone.
   *
   * @param budget how old the ledger may be
   */
  public static ListenerState of(Stream stream, Duration budget) {
    return of(stream, budget, new HolderSight.Elsewhere());
  }

  /**
   * Judges a stream, and what this machine sees of its holder.
   *
   * @param budget how old the ledger may be
   */
  public static ListenerState of(Stream stream, Duration budget, HolderSight sight) {
    return new ListenerState(
        unseen(stream, sight).orElseGet(() -> pulse(stream, budget)),
        stream.frozen(),
        finality(stream));
  }

  /** Whether the ledger can be believed. */
  public boolean keepsUp() {
    return pulse instanceof Pulse.Following || pulse instanceof Pulse.Idle;
  }

  /** It keeps up and writes no row, because somebody said so. */
  public boolean isPaused() {
    return frozen.isPresent()
        && switch (pulse) {
          case Pulse.Following _, Pulse.Idle _, Pulse.Behind _ -> true;
          case Pulse.Stuck _, Pulse.Hung _, Pulse.Dead _, Pulse.Never _ -> false;
        };
  }

  /** What its process tells and its stream does not, or not yet. */
  private static Optional<Pulse> unseen(Stream stream, HolderSight sight) {
    return switch (sight) {
      case HolderSight.Elsewhere() -> Optional.empty();
      case HolderSight.Gone(long process) ->
          Optional.of(
              new Pulse.Dead(
                  lastSign(stream),
                  "its process " + process + " has ended and did not give up the lease"));
      case HolderSight.Halted _ -> Optional.of(new Pulse.Hung(lastSign(stream), sight));
      case HolderSight.Running _ ->
          stream.isHeld() ? Optional.empty() : Optional.of(new Pulse.Hung(lastSign(stream), sight));
    };
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
    if (stream.staleness().compareTo(budget) > 0) {
      return new Pulse.Behind(stream.blocksBehind(), stream.behind());
    }
    return stream
        .headTime()
        .map(at -> Duration.between(at, stream.now()))
        .filter(age -> age.compareTo(QUIET) > 0 && stream.blocksBehind() == 0)
        .<Pulse>map(age -> new Pulse.Idle(stream.staleness(), age))
        .orElseGet(() -> new Pulse.Following(stream.staleness()));
  }

  private static Instant lastSign(Stream stream) {
    return stream.lastSign().or(stream::leaseExpiresAt).orElse(stream.cursorTime());
  }

  private static Finality finality(Stream stream) {
    if (stream.finalityWaits().isPresent()) {
      Stream.FinalityWaits waits = stream.finalityWaits().get();
      return new Finality.Waiting(waits.since(), waits.why());
    }
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
