package dev.metaops.plan;

import dev.metaops.chain.Hash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who stands behind a text that is no plan, judged from signatures and the configured keys alone.
 * Pure.
 */
public final class Concurrence {
  /** As old as a word may be. */
  public static final Duration LONGEST = Duration.ofDays(1);

  private static final Duration SKEW = Duration.ofMinutes(1);

  private Concurrence() {}

  /**
   * The people whose word counts; one person once, however many keys.
   *
   * @param text what the digest is of, as a person is shown it
   */
  public static Set<String> people(
      String environment, Hash text, List<Approval> words, People people, Instant now) {
    var persons = new TreeSet<String>();
    for (Approval word : words) {
      boolean isOfThis =
          word.environment().equals(environment)
              && word.digest().equals(text)
              && word.decision() == Decision.APPROVE
              && !word.at().isAfter(now.plus(SKEW))
              && !word.at().isBefore(now.minus(LONGEST));
      boolean isTheirs =
          people
              .key(word.key())
              .filter(key -> key.person().equals(word.person()))
              .filter(key -> key.key().verifies(word.signedText(), word.signature()))
              .filter(key -> key.holdsAt(word.at()) && key.holdsAt(now))
              .isPresent();
      if (isOfThis && isTheirs) {
        persons.add(word.person());
      }
    }
    return persons;
  }
}
