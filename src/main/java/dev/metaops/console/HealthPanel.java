package dev.metaops.console;

import dev.metaops.checkup.Board;
import dev.metaops.health.Condition;
import dev.metaops.health.Vital;
import dev.metaops.page.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The checks, the worst first: what is well in a line, what is not with all that was measured.
 *
 * @param headline how many are not well
 */
public record HealthPanel(Tone tone, String headline, List<Check> checks) {
  private static final int MOST_CHECKS = 24;
  private static final int MOST_VITALS = 10;
  private static final Duration EARLIER = Duration.ofSeconds(5);

  /** Where on a bar, in percent, the limit is. */
  public static final int LIMIT_AT = 70;

  /**
   * One check.
   *
   * @param since since when it is so, and when it was measured; empty while nobody knows
   * @param next empty when nothing is to be done
   */
  public record Check(
      Tone tone,
      String name,
      String word,
      String sentence,
      Optional<String> since,
      Optional<String> next,
      List<Measured> vitals) {}

  /**
   * A value beside its threshold.
   *
   * @param percent how long its bar is; empty where it cannot be drawn
   */
  public record Measured(
      Tone tone, String name, String value, String threshold, Optional<Integer> percent) {}

  static HealthPanel of(Board board) {
    List<Check> checks =
        board.health().stream()
            .map(check -> check(check, board))
            .sorted(Comparator.comparing(Check::tone).reversed())
            .limit(MOST_CHECKS)
            .toList();
    long ill = checks.stream().filter(check -> check.tone() != Tone.GOOD).count();
    return new HealthPanel(
        checks.stream().map(Check::tone).max(Comparator.naturalOrder()).orElse(Tone.UNKNOWN),
        checks.isEmpty()
            ? "UNKNOWN: nobody looked"
            : ill == 0 ? "all " + checks.size() + " are well" : ill + " not well",
        checks);
  }

  private static Check check(Board.Check check, Board board) {
    boolean isWell = check.condition() == Condition.UP;
    return new Check(
        Tone.of(check.condition()),
        Words.line(check.component() + (check.subject().isEmpty() ? "" : " " + check.subject())),
        check.condition().name(),
        Words.paragraph(check.sentence()),
        since(check, board),
        check.next().filter(_ -> !isWell).map(Words::paragraph),
        check.vitals().stream()
            .filter(vital -> vital.gauge().isPresent() || (!isWell && isJudged(vital)))
            .limit(MOST_VITALS)
            .map(HealthPanel::measured)
            .toList());
  }

  /** What is only shown stands in the terminal's screen. */
  private static boolean isJudged(Vital vital) {
    return !vital.threshold().isEmpty() || vital.condition() != Condition.UP;
  }

  /** What was measured earlier than the rest says when. */
  private static Optional<String> since(Board.Check check, Board board) {
    Optional<String> since = check.since().map(from -> "so since " + Clock.since(from, board.at()));
    boolean isEarlier = check.at().isBefore(board.at().minus(EARLIER));
    String measured = "measured at " + LivePage.time(check.at());
    return isEarlier ? Optional.of(since.map(so -> so + ", " + measured).orElse(measured)) : since;
  }

  private static Measured measured(Vital vital) {
    return new Measured(
        Tone.of(vital.condition()),
        Words.line(vital.name()),
        Words.line(vital.value()),
        Words.line(vital.threshold()),
        vital
            .gauge()
            .map(gauge ->
                Math.clamp(Math.round((double) LIMIT_AT * gauge.value() / gauge.limit()), 1, 100)));
  }
}
