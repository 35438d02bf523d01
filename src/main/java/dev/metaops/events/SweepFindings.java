package dev.metaops.events;

import dev.metaops.finding.Finding;
import dev.metaops.finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a sweep's differences are called when they are raised. Pure. */
final class SweepFindings {
  /** The contract says it, the ledger has read past it and does not know it. */
  static final String EVENT_MISSED = "event-missed";

  /** The row does not say what the contract says, though the ledger has no part in it. */
  static final String ROW_BEHIND = "row-behind";

  /** Row and contract say things that cannot both be. */
  static final String ROW_CONTRADICTS = "row-contradicts";

  /** Not every open order could be compared. */
  static final String SWEEP_BLIND = "sweep-blind";

  static final List<String> CODES = List.of(EVENT_MISSED, ROW_BEHIND, ROW_CONTRADICTS, SWEEP_BLIND);

  private SweepFindings() {}

  /** In the order of the differences; what the ledger has only not read yet is none. */
  static List<Finding> of(Swept swept) {
    List<Finding> findings = new ArrayList<>();
    swept.differences().forEach(found -> of(found).ifPresent(findings::add));
    swept.cut().ifPresent(why -> findings.add(blind(why, swept.reached(), swept.open())));
    return findings;
  }

  private static Optional<Finding> of(Difference found) {
    return switch (found.judged().verdict().code()) {
      case TX_TROUBLE, NEVER_FUNDED, UNKNOWN, NOT_FINAL, WAITING, CONSISTENT -> Optional.empty();
      case ROW_BEHIND, ROW_FALSE, CONFLICT, NO_ROW, ORPHANED ->
          switch (found.word()) {
            case NOT_THERE_YET -> Optional.empty();
            case MISSED -> Optional.of(finding(EVENT_MISSED, found, Severity.P1));
            case KNOWS, HELD, NONE ->
                Optional.of(
                    switch (found.judged().verdict().code()) {
                      case ROW_BEHIND -> finding(ROW_BEHIND, found, Severity.P2);
                      case ROW_FALSE,
                          CONFLICT,
                          NO_ROW,
                          ORPHANED,
                          TX_TROUBLE,
                          NEVER_FUNDED,
                          UNKNOWN,
                          NOT_FINAL,
                          WAITING,
                          CONSISTENT ->
                          finding(ROW_CONTRADICTS, found, Severity.P1);
                    });
          };
    };
  }

  private static Finding finding(String code, Difference found, Severity severity) {
    Map<String, String> evidence = new TreeMap<>();
    evidence.put("verdict", found.judged().verdict().code().name());
    evidence.put("row", found.row().state());
    evidence.put("ledger", found.word().code());
    found.proved().ifPresent(state -> evidence.put("contract", state));
    found.row().terms().amount().ifPresent(units -> evidence.put("amount", units.toString()));
    found.row().terms().token().ifPresent(token -> evidence.put("token", token.text()));
    return Finding.of(
        code,
        "order " + found.id(),
        severity,
        found.id() + ": " + found.judged().verdict().sentence() + "; " + found.word().text(),
        evidence);
  }

  /** Nobody looked, or not at all of them. */
  static Finding blind(String why, long reached, long open) {
    return Finding.of(
        SWEEP_BLIND,
        "orders",
        Severity.P3,
        "the contract could be asked about " + reached + " of " + open + " open orders: " + why,
        Map.of("reached", Long.toString(reached), "open", Long.toString(open), "why", why));
  }
}
