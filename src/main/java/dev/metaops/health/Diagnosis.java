package dev.metaops.health;

import java.util.List;
import java.util.Optional;

/**
 * What a check found.
 *
 * @param sentence what is wrong and why, or what is well
 * @param next one command or act that helps; empty when nothing is to be done
 */
public record Diagnosis(
    Condition condition, String sentence, List<Vital> vitals, Optional<String> next) {
  public Diagnosis {
    vitals = List.copyOf(vitals);
  }

  /** The same words about another condition. */
  public Diagnosis as(Condition other) {
    return new Diagnosis(other, sentence, vitals, next);
  }

  public static Diagnosis down(String sentence, String next) {
    return new Diagnosis(Condition.DOWN, sentence, List.of(), Optional.of(next));
  }

  public static Diagnosis unknown(String sentence, String next) {
    return new Diagnosis(Condition.UNKNOWN, sentence, List.of(), Optional.of(next));
  }
}
