package dev.metaops.services;

import java.util.Optional;

class SystemdDriverTest extends FakedDriver {
  @Override
  String table() {
    return "driver = \"systemd\"\nname = \"venue.service\"";
  }

  @Override
  Optional<String> absentTable() {
    return Optional.of("driver = \"systemd\"\nname = \"other\"");
  }
}
