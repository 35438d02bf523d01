package dev.metaops.health;

import dev.metaops.time.Deadline;
import java.time.Duration;

/**
 * Something to look at.
 *
 * @param component what it belongs to, such as {@code blockchain}
 * @param subject which one of several, such as a provider's name; empty when there is one
 * @param budget how long it may take
 * @param next what helps when it does not answer at all
 */
public record Check(
    String component, String subject, Duration budget, String next, Question question) {
  /** Looks, on a thread of its own. */
  public interface Question {
    /** Ends by the deadline if it can; is abandoned if it does not. */
    Diagnosis ask(Deadline deadline) throws Exception;
  }
}
