package dev.metaops.services;

import java.util.Optional;

class DockerDriverTest extends FakedDriver {
  @Override
  String table() {
    return "driver = \"docker\"\nname = \"venue\"";
  }

  @Override
  Optional<String> absentTable() {
    return Optional.of("driver = \"docker\"\nname = \"other\"");
  }
}
