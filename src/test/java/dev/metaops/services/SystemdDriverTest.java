package dev.metaops.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SystemdDriverTest extends FakedDriver {
  @Override
  String table() {
    return "driver = \"systemd\"\nname = \"venue.service\"";
  }

  @Override
  Optional<String> absentTable() {
    return Optional.of("driver = \"systemd\"\nname = \"other\"");
  }

  @Test
  void oneThatWasMaskedWhileItRunsIsSeenAndStopped() throws Exception {
    Services services = services(table());
    did(Asked.Verb.START, services);
    Files.createFile(directory.resolve("home/masked"));
    assertThat(look(services).standing()).isEqualTo(Look.Standing.READY);
    assertThat(did(Asked.Verb.STOP, services).ending()).isEqualTo(Outcome.Ending.STOPPED);
    assertThat(look(services).sighting()).isInstanceOf(Sighting.Absent.class);
  }
}
