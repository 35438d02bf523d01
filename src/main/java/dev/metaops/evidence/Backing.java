package dev.metaops.evidence;

import dev.metaops.plan.Approvals.Footing;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * On whose signed word a plan that takes two people was applied.
 *
 * @param people who signed what the footing takes
 */
record Backing(Footing footing, Set<String> people) {
  Backing {
    people = new TreeSet<>(people);
  }

  /**
   * Of the footing the record tells of; one it does not tell, or that is not known, takes people.
   *
   * @param words about that plan, whose signatures were checked
   */
  static Backing of(RecordText record, PlanText plan, List<Word> words) {
    Footing footing =
        Arrays.stream(Footing.values())
            .filter(one -> one.name().equals(record.footing()))
            .findFirst()
            .orElse(Footing.PEOPLE);
    Predicate<Word> counts =
        switch (footing) {
          case PEOPLE ->
              word -> word.decision().equals("approve") && !word.person().equals(plan.actor());
          case SOLO ->
              word -> word.decision().equals("propose") && word.person().equals(plan.actor());
          case BREAK_GLASS -> word -> word.decision().equals("break_glass");
        };
    return new Backing(
        footing, words.stream().filter(counts).map(Word::person).collect(Collectors.toSet()));
  }

  /** What to say where nobody did. */
  String lacking() {
    return switch (footing) {
      case PEOPLE -> "nobody but who planned it approved it";
      case SOLO -> "whoever planned it and applied it alone did not sign it";
      case BREAK_GLASS -> "nobody signed that they break glass for it";
    };
  }

  /** What no check can tell of it. */
  String trusted() {
    String names = String.join(", ", people);
    return switch (footing) {
      case PEOPLE ->
          "footing PEOPLE, approved by "
              + names
              + ": only the record says who was an approver then";
      case SOLO ->
          "footing SOLO, the word of "
              + names
              + " alone: only the record says that nobody else could approve";
      case BREAK_GLASS ->
          "footing BREAK_GLASS, the word of "
              + names
              + " alone: ask whether it was an emergency, and who looked at it afterwards";
    };
  }
}
