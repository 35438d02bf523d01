package dev.metaops.checkup;

import dev.metaops.health.Condition;
import dev.metaops.health.Vital;
import dev.metaops.ledger.FindingStore;
import dev.metaops.order.Verdict;
import dev.metaops.orders.Update;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a screen on the wall shows of a venue: the sentence of {@code status}, and beside it what it
 * rests on. One look's worth; nothing in it is safe to print before it was made so.
 *
 * @param at when it was looked at, by this process's clock
 * @param now the same moment by the clock that ages are counted by, the orders database's where it
 *     answered
 * @param environment its name
 * @param doing what metaops does there: {@code observing}
 * @param gravity how bad all of it is
 * @param next the one command to type
 * @param frozen that nothing is written, and by whose order; empty while nothing is frozen
 * @param caveat what is not shown of the rows
 * @param health each check, by the order they were asked in
 */
public record Board(
    Instant at,
    Instant now,
    String environment,
    String doing,
    Gravity gravity,
    String sentence,
    String next,
    Optional<String> frozen,
    Optional<String> caveat,
    Orders orders,
    List<Check> health,
    Flow flow,
    Found found) {

  /** How bad, in one word. */
  public enum Gravity {
    FINE,
    WARNING,
    /** Nobody could look: neither well nor known to be ill. */
    UNKNOWN,
    CRITICAL
  }

  /** The open orders. */
  public sealed interface Orders {
    /**
     * As read.
     *
     * @param inEscrow their money on chain, as text
     * @param verdicts how many of each, of those that were judged
     * @param basis by what they were judged, or why nobody could
     */
    record Read(long open, String inEscrow, Map<Verdict.Code, Long> verdicts, String basis)
        implements Orders {}

    record Unread(String why) implements Orders {}
  }

  /**
   * One check of one component.
   *
   * @param subject empty when the component has one check
   * @param at when it was measured, by this process's clock
   * @param since empty when it was never looked at before
   */
  public record Check(
      String component,
      String subject,
      Condition condition,
      String sentence,
      Instant at,
      List<Vital> vitals,
      Optional<Instant> since,
      Optional<String> next) {}

  /** The latest changes of orders. */
  public sealed interface Flow {
    /**
     * As read.
     *
     * @param from since when these are all there are
     * @param updates the newest first
     */
    record Read(Instant from, List<Update> updates) implements Flow {}

    record Unread(String why) implements Flow {}
  }

  /** What looks wrong and was not cleared. */
  public sealed interface Found {
    /** So many are read. */
    int MOST = 1_000;

    /**
     * As read.
     *
     * @param open the most severe first, {@link #MOST} of them where there are more
     */
    record Read(List<FindingStore.Open> open) implements Found {}

    record Unread(String why) implements Found {}
  }

  /** When a look came to nothing. */
  static Board unseen(Instant at, String environment, String doing, String why) {
    return new Board(
        at,
        at,
        environment,
        doing,
        Gravity.UNKNOWN,
        "UNKNOWN: this process could not look: " + why,
        "metaops status",
        Optional.empty(),
        Optional.empty(),
        new Orders.Unread(why),
        List.of(),
        new Flow.Unread(why),
        new Found.Unread(why));
  }
}
