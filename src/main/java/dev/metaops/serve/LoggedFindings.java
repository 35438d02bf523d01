package dev.metaops.serve;

import dev.metaops.finding.Finding;
import dev.metaops.finding.Findings;
import dev.metaops.listen.EventLog;
import dev.metaops.telemetry.FindingLog;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Findings of this process, in its memory and its event log: a line when one is raised first or
 * says something else, and a line when it is over. Thread-safe.
 */
final class LoggedFindings implements Findings {
  /** Beyond so many at once one more tells nobody anything. */
  private static final int MOST_OPEN = 10_000;

  private final EventLog events;
  private final Map<String, Finding> open = new HashMap<>();

  LoggedFindings(EventLog events) {
    this.events = events;
  }

  @Override
  public synchronized void raise(Finding finding) {
    String fingerprint = finding.fingerprint();
    if (open.size() >= MOST_OPEN && !open.containsKey(fingerprint)) {
      return;
    }
    if (!finding.equals(open.put(fingerprint, finding))) {
      events.raised(finding);
      FindingLog.raised(finding);
    }
  }

  @Override
  public synchronized void onlyThese(String code, Collection<String> fingerprints) {
    List<Finding> over =
        open.values().stream()
            .filter(finding -> finding.code().equals(code))
            .filter(finding -> !fingerprints.contains(finding.fingerprint()))
            .toList();
    for (Finding finding : over) {
      open.remove(finding.fingerprint());
      events.cleared(code, finding.fingerprint());
      FindingLog.cleared(finding);
    }
  }
}
