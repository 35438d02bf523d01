package dev.metaops.finding;

/** How bad, as SPEC §8 has it. */
public enum Severity {
  /** Service down or money at risk. */
  P1,
  /** Degraded. */
  P2,
  /** Non-critical. */
  P3
}
