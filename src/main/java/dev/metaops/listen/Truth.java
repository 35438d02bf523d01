package dev.metaops.listen;

import dev.metaops.health.Condition;
import dev.metaops.health.Vital;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.TruthSnapshot.Reading;
import dev.metaops.listen.TruthSnapshot.Tally;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether what the rows say is what the chain says, as far as anybody reading the ledger can tell:
 * pure, the same from every replica, and red for what could not be read.
 *
 * @param budgets each value beside its threshold
 * @param reasons why it is not so, a sentence each; empty when it is so
 */
public record Truth(List<Vital> budgets, List<String> reasons) {
  public Truth {
    budgets = List.copyOf(budgets);
    reasons = List.copyOf(reasons);
  }

  /**
   * What is allowed.
   *
   * @param behind how old the ledger may be
   * @param headAge how old the chain's newest block may be
   * @param finality how long nothing may become final while the head moves
   */
  public record Budgets(Duration behind, Duration headAge, Duration finality) {}

  public boolean holds() {
    return reasons.isEmpty();
  }

  /** Judges what was read. */
  public static Truth of(TruthSnapshot snapshot, Budgets budgets) {
    return switch (snapshot.reading()) {
      case Reading.Unread(String why) -> only("ledger", why, "read", Condition.UNKNOWN);
      case Reading.Read(Optional<Stream> stream) ->
          stream
              .map(found -> new Judging(found, snapshot, budgets).truth())
              .orElseGet(() -> only("stream", "nothing follows a chain", "one", Condition.DOWN));
    };
  }

  private static Truth only(String name, String value, String expected, Condition condition) {
    Vital vital = new Vital(name, value, expected, condition);
    return new Truth(List.of(vital), List.of(sentence(vital)));
  }

  private static String sentence(Vital vital) {
    return vital.name() + ": " + vital.value() + " (expected: " + vital.threshold() + ")";
  }

  /** One stream against its budgets. */
  private record Judging(Stream stream, TruthSnapshot snapshot, Budgets budgets) {
    Truth truth() {
      List<Vital> vitals = new ArrayList<>();
      vitals.add(lease());
      vitals.add(trouble());
      vitals.add(behind());
      vitals.add(headAge());
      vitals.add(finality());
      vitals.add(tally("gaps", snapshot.gaps()));
      vitals.add(tally("unproved final blocks", snapshot.unproved()));
      vitals.add(frozen());
      vitals.add(findings());
      return new Truth(
          vitals,
          vitals.stream()
              .filter(vital -> vital.condition() != Condition.UP)
              .map(Truth::sentence)
              .toList());
    }

    private static Vital judged(String name, String value, String expected, boolean isGood) {
      return new Vital(name, value, expected, isGood ? Condition.UP : Condition.DOWN);
    }

    private Vital lease() {
      String holder = stream.leaseHolder().orElse("nobody");
      String since =
          stream
              .leaseExpiresAt()
              .filter(at -> !stream.isHeld())
              .map(at -> ", it ran out " + ago(at) + " ago")
              .orElse("");
      return judged("lease", "held by " + holder + since, "held", stream.isHeld());
    }

    private Vital trouble() {
      String since = stream.troubleSince().map(at -> " for " + ago(at)).orElse("");
      return judged(
          "trouble",
          stream.trouble().map(why -> why + since).orElse("none"),
          "none",
          stream.trouble().isEmpty());
    }

    private Vital behind() {
      String expected = "up to " + Ages.of(budgets.behind());
      if (stream.headSeenAt().isEmpty()) {
        return judged("ledger behind", "it has not seen the head yet", expected, false);
      }
      return judged(
          "ledger behind",
          stream.blocksBehind() + " blocks, " + Ages.of(stream.staleness()),
          expected,
          stream.staleness().compareTo(budgets.behind()) <= 0);
    }

    private Vital headAge() {
      String expected = "under " + Ages.of(budgets.headAge());
      return stream
          .headTime()
          .map(at -> Duration.between(at, stream.now()))
          .map(age ->
              judged("head age", Ages.of(age), expected, age.compareTo(budgets.headAge()) < 0))
          .orElseGet(() -> judged("head age", "it has not seen the head yet", expected, false));
    }

    private Vital finality() {
      long ahead = stream.headNumber().orElse(0L) - stream.settledNumber();
      Instant seen = stream.headSeenAt().orElse(stream.now());
      Optional<Duration> still =
          stream.settledMovedAt().map(moved -> Duration.between(moved, seen));
      Optional<Stream.FinalityWaits> waits = stream.finalityWaits();
      boolean isStalled =
          ahead > 0 && still.filter(age -> age.compareTo(budgets.finality()) > 0).isPresent();
      return judged(
          "finality",
          stream.settledNumber() < 0
              ? "no block is final yet"
              : "block "
                  + stream.settledNumber()
                  + still.map(age -> ", moved " + Ages.of(age) + " ago").orElse("")
                  + waits
                      .map(found -> ", waits for " + ago(found.since()) + ": " + found.why())
                      .orElse(""),
          "moves within " + Ages.of(budgets.finality()),
          !isStalled && waits.isEmpty());
    }

    private static Vital tally(String name, Tally tally) {
      return switch (tally) {
        case Tally.Counted(long number) -> judged(name, Long.toString(number), "0", number == 0);
        case Tally.NotKept() -> new Vital(name, "not kept by this ledger", "0", Condition.UP);
        case Tally.Unread(String why) -> new Vital(name, why, "0", Condition.UNKNOWN);
      };
    }

    private Vital frozen() {
      return judged(
          "frozen",
          stream
              .frozen()
              .map(freeze ->
                  "by " + freeze.actor() + " for " + ago(freeze.at()) + ": " + freeze.reason())
              .orElse("no"),
          "no",
          stream.frozen().isEmpty());
    }

    private Vital findings() {
      List<String> open = snapshot.findings();
      return judged(
          "findings", open.isEmpty() ? "none" : String.join("; ", open), "none", open.isEmpty());
    }

    private String ago(Instant at) {
      return Ages.of(Duration.between(at, stream.now()));
    }
  }
}
