package dev.metaops.canary;

import dev.metaops.finding.Severity;

/** What can be wrong with a front end, and how bad that is. */
enum Trouble {
  /** No usable answer. */
  DOWN("frontend-down", Severity.P1),
  SLOW("frontend-slow", Severity.P2),
  /** It says what an order's row said before. */
  STALE("frontend-stale", Severity.P2),
  /** It says of an order what its row does not say. */
  AHEAD("frontend-ahead", Severity.P1);

  private final String code;
  private final Severity severity;

  Trouble(String code, Severity severity) {
    this.code = code;
    this.severity = severity;
  }

  String code() {
    return code;
  }

  Severity severity() {
    return severity;
  }
}
