package dev.metaops.services;

import java.util.Optional;

class KubernetesDriverTest extends FakedDriver {
  @Override
  String table() {
    return "driver = \"kubernetes\"\nname = \"trade/venue\"";
  }

  @Override
  Optional<String> absentTable() {
    return Optional.of("driver = \"kubernetes\"\nname = \"other\"");
  }
}
