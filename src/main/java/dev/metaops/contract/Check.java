package dev.metaops.contract;

import java.util.Optional;

/**
 * One thing that was looked at.
 *
 * @param subject what: {@code code}, {@code arbiter}, a function, a provider
 * @param expected empty when nothing was
 * @param found a value or a short sentence
 * @param next one command
 */
public record Check(
    Grade grade,
    Symptom symptom,
    String subject,
    String expected,
    String found,
    Optional<String> next) {
  static final String PAUSE = "metaops contract pause";
  static final String PIN = "metaops contract pin";
  static final String COMPARE_PIN = "metaops contract pin --dry-run";
  static final String CONFIGURATION = "metaops config show";
  static final String STUCK = "metaops order check-stuck";
  static final String PROVIDERS = "metaops health blockchain";

  static Check fine(String subject, String expected, String found) {
    return new Check(Grade.FINE, Symptom.AS_EXPECTED, subject, expected, found, Optional.empty());
  }

  static Check noted(String subject, String found) {
    return new Check(Grade.NOTED, Symptom.NOTED, subject, "", found, Optional.empty());
  }

  static Check wrong(
      Grade grade, Symptom symptom, String subject, String expected, String found, String next) {
    return new Check(grade, symptom, subject, expected, found, Optional.of(next));
  }

  /** No node answered, or the configuration cannot be used. */
  public static Check unreachable(String subject, String why) {
    return wrong(Grade.CRITICAL, Symptom.CHAIN_UNREACHABLE, subject, "an answer", why, PROVIDERS);
  }

  /** Orders are there and could not be laid beside the contract. */
  public static Check ordersNotCompared(Grade grade, String why) {
    return wrong(
        grade,
        Symptom.ORDERS_NOT_COMPARED,
        "open orders",
        "sums of open orders",
        why,
        "metaops health database");
  }

  Check withFound(String other) {
    return new Check(grade, symptom, subject, expected, other, next);
  }
}
