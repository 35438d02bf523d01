package dev.metaops.audit;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What verification found, as of one moment.
 *
 * @param sealed how many seals were checked
 * @param waiting how many records wait for their seal
 * @param plans how many applied plans were checked, one for each order of each plan
 * @param coverage how far checkpoints reach
 * @param first discrepancies in the order of the chain, at most {@link AuditChain#MOST_NAMED}
 * @param counts of all discrepancies, also of those not named
 * @param boundaries where somebody who is believed said that the database came back from a backup:
 *     restored, not tampered with
 */
public record AuditReport(
    long sealed,
    long waiting,
    long plans,
    Optional<Head> head,
    Coverage coverage,
    List<Discrepancy> first,
    Map<Damage, Long> counts,
    List<Checkpoint> boundaries) {
  public AuditReport {
    first = List.copyOf(first);
    counts = Map.copyOf(counts);
    boundaries = List.copyOf(boundaries);
  }

  /** Without a boundary. */
  public AuditReport(
      long sealed,
      long waiting,
      long plans,
      Optional<Head> head,
      Coverage coverage,
      List<Discrepancy> first,
      Map<Damage, Long> counts) {
    this(sealed, waiting, plans, head, coverage, first, counts, List.of());
  }

  AuditReport with(List<Checkpoint> known) {
    return new AuditReport(sealed, waiting, plans, head, coverage, first, counts, known);
  }

  public boolean isClean() {
    return counts.isEmpty();
  }

  /** The worst of all that was found. */
  public Verdict verdict() {
    return counts.keySet().stream()
        .map(Damage::verdict)
        .max(Comparator.naturalOrder())
        .orElse(Verdict.CLEAN);
  }

  /** All discrepancies, also those not named. */
  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
