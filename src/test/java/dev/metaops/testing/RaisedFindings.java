package dev.metaops.testing;

import dev.metaops.finding.Finding;
import dev.metaops.finding.Findings;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Findings in memory: what is open now, the latest of each code. */
public final class RaisedFindings implements Findings {
  private final Map<String, Finding> byCode = new LinkedHashMap<>();

  /** What is open now; changes as findings come and go. */
  public Map<String, Finding> byCode() {
    return byCode;
  }

  @Override
  public void raise(Finding finding) {
    byCode.put(finding.code(), finding);
  }

  @Override
  public void onlyThese(String code, Collection<String> fingerprints) {
    byCode
        .values()
        .removeIf(finding ->
            finding.code().equals(code) && !fingerprints.contains(finding.fingerprint()));
  }
}
