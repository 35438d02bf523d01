package dev.metaops.listen;

import dev.metaops.finding.Finding;
import dev.metaops.finding.Severity;
import dev.metaops.ledger.KeptFindings;
import dev.metaops.rpc.Lie;
import dev.metaops.rpc.Noticed;
import dev.metaops.rpc.Provider;
import java.util.Map;
import java.util.function.Consumer;

/** What is noticed about nodes becomes findings with their evidence. Thread-safe. */
public final class NodeNotices implements Consumer<Noticed> {
  private static final String LYING = "provider-lying";
  private static final String ALL_LYING = "providers-all-lying";
  private static final String WRONG_CHAIN = "provider-wrong-chain";

  private final KeptFindings findings;
  private final Consumer<String> said;

  /**
   * Keeps them.
   *
   * @param said hears each in a sentence
   */
  public NodeNotices(KeptFindings findings, Consumer<String> said) {
    this.findings = findings;
    this.said = said;
  }

  @Override
  public void accept(Noticed noticed) {
    said.accept(noticed.sentence());
    switch (noticed) {
      case Noticed.Lied(Provider by, Lie lie) -> {
        findings.keepLie(
            by.endpoint().toString(),
            lie.kind().name(),
            lie.request(),
            lie.answer(),
            lie.expected());
        findings.raise(
            Finding.of(
                LYING,
                subject(by),
                Severity.P2,
                noticed.sentence() + " (" + lie.request() + ")",
                Map.of(
                    "kind",
                    lie.kind().name(),
                    "request",
                    lie.request(),
                    "expected",
                    lie.expected())));
      }
      case Noticed.Quarantined _ -> {}
      case Noticed.Returned(Provider provider) -> {
        findings.clear(LYING, subject(provider));
        findings.clear(ALL_LYING, "chain");
      }
      case Noticed.AllInQuarantine(Provider asked) ->
          findings.raise(
              Finding.of(
                  ALL_LYING,
                  "chain",
                  Severity.P1,
                  noticed.sentence(),
                  Map.of("asked", asked.endpoint().toString())));
      case Noticed.WrongChain(Provider provider, long expected, long got) ->
          findings.raise(
              Finding.of(
                  WRONG_CHAIN,
                  subject(provider),
                  Severity.P2,
                  noticed.sentence(),
                  Map.of("expected", Long.toString(expected), "got", Long.toString(got))));
      // A reorg does that every day; what was settled is guarded elsewhere.
      case Noticed.HeadWentBack _ -> {}
    }
  }

  private static String subject(Provider provider) {
    return "provider " + provider.endpoint();
  }
}
