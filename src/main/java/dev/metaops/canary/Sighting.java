package dev.metaops.canary;

import dev.metaops.config.FrontendSection.Watched;
import dev.metaops.health.Condition;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * One look at a front end. Pure.
 *
 * @param order which order it was asked about; empty where it is asked about none
 */
public record Sighting(
    Watched watched, Instant at, Optional<String> order, Reply reply, Agreement agreement) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

  /** Whether something is so. */
  enum Told {
    YES,
    NO,
    /** Nobody could tell. */
    UNTOLD
  }

  /** Whether this look shows this trouble. */
  Told shows(Trouble trouble) {
    return switch (trouble) {
      case DOWN ->
          switch (answering()) {
            case UP, DEGRADED -> Told.NO;
            case UNKNOWN -> Told.UNTOLD;
            case DOWN -> Told.YES;
          };
      case SLOW -> took().map(time -> told(isSlow(time))).orElse(Told.UNTOLD);
      case STALE ->
          switch (agreement) {
            case Agreement.Behind behind -> told(isStale(behind));
            case Agreement.Same _, Agreement.Ahead _ -> Told.NO;
            case Agreement.NotCompared _, Agreement.Blind _, Agreement.Incomparable _ ->
                Told.UNTOLD;
          };
      case AHEAD ->
          switch (agreement) {
            case Agreement.Ahead ahead -> isEarly(ahead) ? Told.UNTOLD : Told.YES;
            case Agreement.Same _, Agreement.Behind _ -> Told.NO;
            case Agreement.NotCompared _, Agreement.Blind _, Agreement.Incomparable _ ->
                Told.UNTOLD;
          };
    };
  }

  private static Told told(boolean is) {
    return is ? Told.YES : Told.NO;
  }

  Optional<Duration> took() {
    return reply instanceof Reply.Answered(Duration took, _) ? Optional.of(took) : Optional.empty();
  }

  private boolean isSlow(Duration took) {
    return took.compareTo(watched.pace().slowAfter()) > 0;
  }

  private boolean isStale(Agreement.Behind behind) {
    return behind.by().compareTo(watched.staleAfter()) > 0;
  }

  /** Its row moved a moment ago, perhaps back from what the front end still says. */
  private boolean isEarly(Agreement.Ahead ahead) {
    return ahead.held().compareTo(watched.staleAfter()) < 0;
  }

  /** The front end answers, and knows nothing of this order. */
  boolean isUnknownThere() {
    return switch (reply) {
      case Reply.Status(int code, _) -> code == 404 || code == 410;
      case Reply.NoState _ -> true;
      default -> false;
    };
  }

  /** Whether nothing more is to be learned from this order for now. */
  boolean isProved() {
    return switch (agreement) {
      case Agreement.Same(Duration held) -> held.compareTo(watched.staleAfter()) >= 0;
      case Agreement.Incomparable _ -> true;
      case Agreement.NotCompared _ -> watched.stateAt().isEmpty() || isUnknownThere();
      case Agreement.Behind _, Agreement.Ahead _, Agreement.Blind _ -> false;
    };
  }

  /** How it answers. */
  Condition answering() {
    return switch (reply) {
      case Reply.Answered(Duration took, _) -> isSlow(took) ? Condition.DEGRADED : Condition.UP;
      case Reply.CutShort _, Reply.NotAsked _ -> Condition.UNKNOWN;
      case Reply.TimedOut _,
          Reply.Refused _,
          Reply.Unreachable _,
          Reply.Tls _,
          Reply.Status _,
          Reply.Redirected _,
          Reply.TooLarge _,
          Reply.NotJson _,
          Reply.NoState _,
          Reply.Broken _,
          Reply.Dropped _ ->
          Condition.DOWN;
    };
  }

  /** How what it says compares. */
  Condition agreeing() {
    return switch (agreement) {
      case Agreement.NotCompared _, Agreement.Same _ -> Condition.UP;
      case Agreement.Behind behind -> isStale(behind) ? Condition.DEGRADED : Condition.UP;
      case Agreement.Ahead ahead -> isEarly(ahead) ? Condition.UNKNOWN : Condition.DOWN;
      case Agreement.Blind _, Agreement.Incomparable _ -> Condition.UNKNOWN;
    };
  }

  /** The same sentence for the same trouble, however long it lasts; without a subject. */
  String sentence(Trouble trouble) {
    return switch (trouble) {
      case DOWN -> reply.text();
      case SLOW -> "takes longer than " + Spans.brief(watched.pace().slowAfter()) + " to answer";
      case STALE, AHEAD -> said();
    };
  }

  /** What it says, beside what the row says. */
  String said() {
    return switch (agreement) {
      case Agreement.NotCompared() -> "";
      case Agreement.Same _ -> "says what the row says";
      case Agreement.Behind behind ->
          "stale: says "
              + behind.shown()
              + " of "
              + behind.order()
              + ", whose row is "
              + behind.row()
              + " since "
              + TIME.format(behind.since());
      case Agreement.Ahead ahead ->
          (isEarly(ahead) ? "cannot be compared yet: says " : "ahead: says ")
              + ahead.shown()
              + " of "
              + ahead.order()
              + ", whose row is "
              + ahead.row()
              + (isEarly(ahead) ? " since a moment ago" : "");
      case Agreement.Blind(String why) -> "cannot be compared: " + why;
      case Agreement.Incomparable(String why) -> "cannot be compared: " + why;
    };
  }
}
