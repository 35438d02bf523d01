package dev.metaops.demo;

import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What the play has claimed so far, act by act, and what was found. Not thread-safe. */
final class Claims {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final Tape tape;
  private final Ticker ticker;
  private final Supplier<Optional<String>> listenersWords;
  private final List<String> acts = new ArrayList<>();
  private final List<Fact> facts = new ArrayList<>();

  /**
   * @param listenersWords what the listener said last, for when something is awaited in vain
   */
  Claims(Tape tape, Ticker ticker, Supplier<Optional<String>> listenersWords) {
    this.tape = tape;
    this.ticker = ticker;
    this.listenersWords = listenersWords;
  }

  List<String> acts() {
    return List.copyOf(acts);
  }

  List<Fact> facts() {
    return List.copyOf(facts);
  }

  /** The next act begins. */
  void act(String name, String sentence) {
    acts.add(name);
    tape.title("Act " + acts.size() + ": " + name + ". " + sentence);
  }

  /**
   * Says the claim and whether it is so.
   *
   * @throws Untrue when it is not
   */
  void holds(String claim, String expected, String seen) {
    Fact fact = new Fact(acts.size(), claim, expected, seen);
    facts.add(fact);
    if (!fact.holds()) {
      tape.isFalse(claim + " (expected: " + expected + "; seen: " + seen + ")");
      throw new Untrue(fact);
    }
    tape.isTrue(claim);
  }

  /**
   * Waits until it is so.
   *
   * @throws WorldFailure when it is not so in time
   */
  void await(String what, Duration most, BooleanSupplier condition) {
    Deadline deadline = Deadline.in(most, ticker);
    while (!condition.getAsBoolean()) {
      if (deadline.hasPassed()) {
        String words =
            listenersWords.get().map(said -> "; the listener's last words: " + said).orElse("");
        throw new WorldFailure("waited " + Ages.of(most) + " in vain until " + what + words);
      }
      try {
        ticker.rest(BETWEEN_LOOKS);
      } catch (InterruptedException e) {
        throw WorldFailure.interrupted(e);
      }
    }
  }
}
