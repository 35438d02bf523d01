package dev.metaops.health;

import java.time.Duration;
import java.time.Instant;

/**
 * What a check is once it has been so for long enough, and since when: one slow answer is no
 * trouble, and one good one no recovery. Pure.
 *
 * <p>DOWN counts at once: no check says it without a failure it can name. Anything else that is
 * worse counts when {@link #WORSE} results in a row were worse, anything better after {@link
 * #BETTER}; then it moves to the one of them that is nearest to where it was.
 *
 * @param condition what counts
 * @param since of the first result it rests on
 * @param run results in a row on one side of it, not enough yet
 * @param last what was measured last
 * @param blind for how long in all, since the first result, nobody could tell: the last result was
 *     UNKNOWN, or nobody looked; never set back
 */
public record Steadiness(Condition condition, Instant since, Run run, Last last, Duration blind) {
  /** So many worse results in a row are no coincidence. */
  public static final int WORSE = 2;

  /** So many better ones are a recovery. */
  public static final int BETTER = 3;

  /** Who did not look for longer did not look. */
  public static final Duration SILENCE = Duration.ofMinutes(5);

  /**
   * Results in a row.
   *
   * @param nearest the one nearest to what counts
   */
  public record Run(int results, Condition nearest, Instant since) {}

  public record Last(Condition condition, Instant at) {}

  /** Of the first result. */
  public static Steadiness of(Condition first, Instant at) {
    return new Steadiness(first, at, none(first, at), new Last(first, at), Duration.ZERO);
  }

  private static Run none(Condition condition, Instant at) {
    return new Run(0, condition, at);
  }

  /**
   * After one more result.
   *
   * @param at when it was measured; one that is not after the last is taken for as old as that
   */
  public Steadiness after(Condition measured, Instant at) {
    Duration gap = Duration.between(last.at(), at);
    if (gap.isNegative()) {
      return after(measured, last.at());
    }
    boolean wasSilent = gap.compareTo(SILENCE) > 0;
    boolean wasBlind = wasSilent || last.condition() == Condition.UNKNOWN;
    Duration sum = wasBlind ? blind.plus(gap) : blind;
    Last now = new Last(measured, at);
    if (measured == condition) {
      return new Steadiness(condition, since, none(condition, at), now, sum);
    }
    if (wasSilent || measured == Condition.DOWN) {
      return new Steadiness(measured, at, none(measured, at), now, sum);
    }
    Run longer = longer(measured, at);
    return longer.results() >= needed(measured)
        ? new Steadiness(longer.nearest(), longer.since(), none(longer.nearest(), at), now, sum)
        : new Steadiness(condition, since, longer, now, sum);
  }

  private Run longer(Condition measured, Instant at) {
    boolean isFirst = run.results() == 0 || isWorse(run.nearest()) != isWorse(measured);
    if (isFirst) {
      return new Run(1, measured, at);
    }
    Condition nearest =
        isWorse(measured) == run.nearest().isAtLeastAsBadAs(measured) ? measured : run.nearest();
    return new Run(run.results() + 1, nearest, run.since());
  }

  private boolean isWorse(Condition other) {
    return other.compareTo(condition) > 0;
  }

  private int needed(Condition measured) {
    return isWorse(measured) ? WORSE : BETTER;
  }

  /** Since when the last results were as the last one: also where that does not count yet. */
  public Instant sinceLast() {
    return run.results() == 0 ? since : run.since();
  }
}
