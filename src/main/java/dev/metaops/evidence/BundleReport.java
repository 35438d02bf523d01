package dev.metaops.evidence;

import java.util.List;
import java.util.Set;

/**
 * What a bundle is worth.
 *
 * @param checked what was checked and holds; empty where something is wrong
 * @param trusted what it rests on that no check can tell, for the reader to compare
 */
public record BundleReport(
    Verdict verdict, List<String> checked, List<String> trusted, List<Finding> findings) {
  public BundleReport {
    checked = List.copyOf(checked);
    trusted = List.copyOf(trusted);
    findings = List.copyOf(findings);
  }

  /** The worst of the findings. */
  public enum Verdict {
    HOLDS,
    /** It rests on a key nobody vouched for. */
    UNVERIFIABLE,
    /** Tampered with, or something is missing. */
    REFUSED,
    /** No bundle at all. */
    UNREADABLE
  }

  /** How a finding counts. */
  public enum Kind {
    TAMPERED,
    INCOMPLETE,
    UNVERIFIABLE
  }

  /** What is not in a bundle. */
  public sealed interface Lack {
    /** What has no name here, or nothing. */
    record Other() implements Lack {}

    /** What people signed. */
    record Words() implements Lack {}

    /** Proofs of events that records of an order rest on. */
    record Proofs(String order) implements Lack {}
  }

  /** One thing that is wrong with it. */
  public record Finding(Kind kind, String sentence, Lack lack) {
    Finding(Kind kind, String sentence) {
      this(kind, sentence, new Lack.Other());
    }
  }

  /**
   * Nothing is wrong with it beyond what is known to be missing.
   *
   * @param known what could not be gathered
   */
  public boolean isWholeBut(Set<Lack> known) {
    return findings.stream()
        .allMatch(finding ->
            switch (finding.kind()) {
              case TAMPERED -> false;
              case INCOMPLETE -> known.contains(finding.lack());
              case UNVERIFIABLE -> true;
            });
  }

  static BundleReport of(List<String> checked, List<String> trusted, List<Finding> findings) {
    if (findings.stream().anyMatch(finding -> finding.kind() != Kind.UNVERIFIABLE)) {
      return new BundleReport(Verdict.REFUSED, List.of(), List.of(), findings);
    }
    return new BundleReport(
        findings.isEmpty() ? Verdict.HOLDS : Verdict.UNVERIFIABLE, checked, trusted, findings);
  }
}
