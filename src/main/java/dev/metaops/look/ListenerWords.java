package dev.metaops.look;

import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.Vital;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.HolderSight;
import dev.metaops.listen.ListenerState;
import dev.metaops.listen.ListenerState.Finality;
import dev.metaops.listen.ListenerState.Pulse;
import dev.metaops.page.Clock;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The listener's state, in words and as a diagnosis. */
public final class ListenerWords {
  public static final String SERVE = "metaops serve";

  private ListenerWords() {}

  /** {@code following, 1 s behind}; begins in lower case, without the word listener. */
  public static String of(ListenerState state, Instant now) {
    return (state.isPaused() ? "paused: " : "")
        + pulse(state.pulse(), now)
        + switch (state.finality()) {
          case Finality.Moving _ -> "";
          case Finality.Stalled(Instant since, long blocks) ->
              "; finality stalled since "
                  + Clock.since(since, now)
                  + ", "
                  + blocks
                  + " blocks are not final";
          case Finality.Waiting(Instant since, String why) ->
              "; finality waits since " + Clock.since(since, now) + ": " + why;
        }
        + state.frozen().map(freeze -> "; " + frozen(freeze, now)).orElse("");
  }

  /** One word for programs. */
  public static String word(ListenerState state) {
    if (state.isPaused()) {
      return "paused";
    }
    return switch (state.pulse()) {
      case Pulse.Following _ -> "following";
      case Pulse.Idle _ -> "idle";
      case Pulse.Hung _ -> "hung";
      case Pulse.Behind _ -> "behind";
      case Pulse.Stuck _ -> "stuck";
      case Pulse.Dead _ -> "dead";
      case Pulse.Never _ -> "never-started";
    };
  }

  static String pulse(Pulse pulse, Instant now) {
    return switch (pulse) {
      case Pulse.Following(Duration staleness) -> "following, " + Ages.of(staleness) + " behind";
      case Pulse.Idle(Duration staleness, Duration headAge) ->
          "idle, "
              + Ages.of(staleness)
              + " behind: at the head, and the chain made no block for "
              + Ages.of(headAge);
      case Pulse.Behind(long blocks, Duration by) ->
          "behind by " + blocks + " blocks, " + Ages.of(by);
      case Pulse.Stuck(Instant since, String why) ->
          "stuck since " + Clock.since(since, now) + ": " + why;
      case Pulse.Hung(Instant since, HolderSight sight) ->
          "hung since " + Clock.since(since, now) + ": " + how(sight);
      case Pulse.Dead(Instant since, String how) ->
          "dead since " + Clock.since(since, now) + ": " + how;
      case Pulse.Never _ -> "never started: nothing follows the chain into this database yet";
    };
  }

  private static String how(HolderSight sight) {
    return switch (sight) {
      case HolderSight.Halted(long process) ->
          "its process " + process + " is stopped (SIGSTOP) and runs no further";
      case HolderSight.Running(long process) ->
          "its process " + process + " is there and gives no sign";
      case HolderSight.Gone(long process) -> "its process " + process + " has ended";
      case HolderSight.Elsewhere() -> "its process is not of this machine";
    };
  }

  public static String frozen(Stream.Freeze freeze, Instant now) {
    return "frozen since "
        + Clock.since(freeze.at(), now)
        + " by "
        + freeze.actor()
        + " ("
        + freeze.reason()
        + ")";
  }

  public static Condition condition(ListenerState state) {
    Condition condition =
        switch (state.pulse()) {
          case Pulse.Following _, Pulse.Idle _ -> Condition.UP;
          case Pulse.Behind _ -> Condition.DEGRADED;
          case Pulse.Stuck _, Pulse.Hung _, Pulse.Dead _, Pulse.Never _ -> Condition.DOWN;
        };
    boolean isHeldBack =
        state.frozen().isPresent() || !(state.finality() instanceof Finality.Moving);
    return isHeldBack ? condition.worse(Condition.DEGRADED) : condition;
  }

  /** Brings a listener back: the configured service, or the process itself. */
  public static String revival(Optional<String> service) {
    return service.map(name -> "metaops services restart " + name).orElse(SERVE);
  }

  /**
   * What a person does about it; empty when nothing is wrong.
   *
   * @param service what the listener is among the configured services
   */
  static Optional<String> next(ListenerState state, Optional<String> service) {
    return switch (state.pulse()) {
      case Pulse.Never _, Pulse.Dead _ -> Optional.of(revival(service));
      case Pulse.Hung(Instant _, HolderSight sight) ->
          switch (sight) {
            case HolderSight.Halted(long process) -> Optional.of("kill -CONT " + process);
            case HolderSight.Running(long process) ->
                Optional.of(service.isPresent() ? revival(service) : "kill " + process);
            case HolderSight.Gone _, HolderSight.Elsewhere _ -> Optional.of(revival(service));
          };
      case Pulse.Stuck _ -> Optional.of("metaops health blockchain");
      case Pulse.Behind _ -> Optional.of("metaops listener status");
      case Pulse.Following _, Pulse.Idle _ ->
          state.frozen().isPresent()
              ? Optional.of("metaops unfreeze")
              : state.finality() instanceof Finality.Moving
                  ? Optional.empty()
                  : Optional.of("metaops health blockchain");
    };
  }

  /**
   * The chain's newest block, asked beside the listener.
   *
   * @param pace from one block to the next; empty when it could not be measured
   * @param poll between two looks of the listener
   */
  record Newest(long number, Optional<Duration> pace, Duration poll) {
    /** A listener and we do not look at the same instant. */
    private static final Duration USUAL = Duration.ofSeconds(6);

    private static final int POLLS = 3;

    private static final long USUAL_BLOCKS = 5;

    /** Empty when nobody knows how fast blocks come. */
    Optional<Long> usualLead() {
      Duration polls = poll.multipliedBy(POLLS);
      Duration usual = polls.compareTo(USUAL) > 0 ? polls : USUAL;
      return pace.filter(Duration::isPositive)
          .map(each -> Math.max(USUAL_BLOCKS, usual.dividedBy(each)));
    }
  }

  /**
   * @param newest empty when no node was asked, or none answered
   * @param service the one of the configured services that is the listener
   */
  static Diagnosis diagnose(
      ListenerState state,
      Optional<Stream> stream,
      Optional<Newest> newest,
      Duration budget,
      Optional<String> service) {
    Instant now = stream.map(Stream::now).orElse(Instant.EPOCH);
    List<Vital> vitals = new ArrayList<>();
    stream.ifPresent(found -> vitals.addAll(vitals(found, state, budget)));
    Optional<Vital> sight =
        state.keepsUp()
            ? stream
                .flatMap(Stream::headNumber)
                .flatMap(seen -> newest.map(block -> sight(seen, block)))
            : Optional.empty();
    sight.ifPresent(vitals::add);
    Condition worst =
        vitals.stream().map(Vital::condition).reduce(condition(state), Condition::worse);
    boolean isBlind = sight.filter(vital -> vital.condition() != Condition.UP).isPresent();
    Optional<String> next =
        isBlind ? Optional.of("metaops health blockchain") : next(state, service);
    return new Diagnosis(
        worst,
        isBlind
            ? "receives nothing new: its newest block is " + sight.orElseThrow().value()
            : of(state, now),
        vitals,
        next.isEmpty() && worst != Condition.UP ? Optional.of("metaops listener status") : next);
  }

  /** Whoever sees no new block believes that there is none. */
  private static Vital sight(long seen, Newest newest) {
    long lead = Math.max(0, newest.number() - seen);
    String name = "newest block";
    String value = seen + (lead == 0 ? "" : ", " + lead + " before the chain's");
    return newest
        .usualLead()
        .map(usual ->
            new Vital(
                    name,
                    value,
                    "up to " + usual + " before",
                    lead > usual ? Condition.DOWN : Condition.UP)
                .gauged(lead, usual))
        .orElseGet(() -> Vital.shown(name, value));
  }

  private static List<Vital> vitals(Stream stream, ListenerState state, Duration budget) {
    Instant now = stream.now();
    List<Vital> vitals = new ArrayList<>();
    vitals.add(Vital.shown("chain id", Long.toString(stream.chainId())));
    vitals.add(
        new Vital(
            "lease",
            stream
                .leaseHolder()
                .map(holder -> holder + ", epoch " + stream.leaseEpoch() + expiry(stream))
                .orElse("held by nobody, epoch " + stream.leaseEpoch()),
            "held",
            stream.isHeld() ? Condition.UP : Condition.DOWN));
    vitals.add(
        new Vital(
                "cursor",
                "block "
                    + stream.cursor().number()
                    + ", "
                    + stream.blocksBehind()
                    + " blocks and "
                    + Ages.of(stream.staleness())
                    + " behind",
                "up to " + Ages.of(budget),
                stream.staleness().compareTo(budget) > 0 ? Condition.DEGRADED : Condition.UP)
            .gauged(stream.staleness().toSeconds(), budget.toSeconds()));
    vitals.add(
        Vital.shown(
            "final up to",
            stream.settledNumber() < 0
                ? "nothing yet"
                : "block "
                    + stream.settledNumber()
                    + stream.settledMovedAt().map(at -> ", " + Clock.since(at, now)).orElse("")));
    stream
        .finalityWaits()
        .ifPresent(waits ->
            vitals.add(
                new Vital(
                    "finality waits",
                    "since " + Clock.since(waits.since(), now) + ": " + waits.why(),
                    "no",
                    Condition.DEGRADED)));
    vitals.add(
        Vital.shown(
            "last applied",
            stream.appliedAt().map(at -> Clock.since(at, now)).orElse("nothing yet")));
    stream
        .trouble()
        .ifPresent(why -> vitals.add(new Vital("trouble", why, "none", Condition.DOWN)));
    state
        .frozen()
        .ifPresent(freeze ->
            vitals.add(new Vital("frozen", frozen(freeze, now), "not frozen", Condition.DEGRADED)));
    vitals.add(Vital.shown("rows that wait", Integer.toString(stream.waiting())));
    vitals.add(Vital.shown("escrows without a row", Integer.toString(stream.unmatched())));
    vitals.add(
        new Vital(
            "quarantined events",
            Integer.toString(stream.quarantined()),
            "none",
            stream.quarantined() > 0 ? Condition.DEGRADED : Condition.UP));
    return vitals;
  }

  private static String expiry(Stream stream) {
    return stream
        .leaseExpiresAt()
        .map(at ->
            at.isAfter(stream.now())
                ? ", runs out in " + Ages.of(Duration.between(stream.now(), at))
                : ", ran out " + Ages.of(Duration.between(at, stream.now())) + " ago")
        .orElse("");
  }
}
