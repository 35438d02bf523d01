package dev.metaops.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.TestServices;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DockerDriverTest extends FakedDriver {
  @Override
  String table() {
    return "driver = \"docker\"\nname = \"venue\"";
  }

  @Override
  Optional<String> absentTable() {
    return Optional.of("driver = \"docker\"\nname = \"other\"");
  }

  @Test
  void onePortOfWhichNobodyCanTellWhoseItIsIsNotCalledReadyAndAlarmsNobody() throws Exception {
    int port = TestServices.freePorts(1).getFirst();
    Services services = services(table() + "\nports = [" + port + "]");
    did(Asked.Verb.START, services(table()));
    Process publisher = TestServices.stranger(port);
    try {
      Look look = look(services);
      assertThat(look.readiness())
          .isEqualTo(new Readiness.Untold("it runs; whose port " + port + " is cannot be told"));
      assertThat(look.standing()).isEqualTo(Look.Standing.READY);
    } finally {
      publisher.destroyForcibly();
    }
  }
}
