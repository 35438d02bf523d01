package dev.metaops.stories;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** All of them. */
final class Scenarios {
  static final List<Scenario> ALL =
      Stream.of(
              RegistryScenarios.finished(),
              RegistryScenarios.waiting(),
              RegistryScenarios.neverFunded(),
              RegistryScenarios.behind(),
              ClaimScenarios.rowFalse(),
              ClaimScenarios.conflicting(),
              ClaimScenarios.notFinal(),
              TransactionScenarios.trouble(),
              TransactionScenarios.others(),
              TradeScenarios.all(),
              BlindScenarios.unknown(),
              BlindScenarios.noRow(),
              InstalledScenarios.all())
          .flatMap(Collection::stream)
          .toList();

  private Scenarios() {}
}
