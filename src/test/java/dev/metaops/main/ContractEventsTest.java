package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a contract emitted, beside what the ABI declares. */
class ContractEventsTest extends ContractCommands {
  @Test
  void anEventTheAbiDoesNotHaveIsCountedAndAnAbiWithoutAMappedEventIsCritical() throws IOException {
    registry.create("o-1");
    registry.pause();
    registry.unpause();
    Said fine = run("contract verify events");
    assertThat(fine.exit()).as(fine.text()).isEqualTo(ExitCode.FINE);
    assertThat(fine.text())
        .containsPattern("1  EscrowCreated.* +mapped")
        .containsPattern("1  Paused\\(address\\) +unmapped");

    JsonNode abi = JsonMapper.shared().readTree(reference().toFile()).required("abi");
    configure("abi", without(abi, "Paused"));
    expect(
        "contract verify events", ExitCode.WARNING, "event-unknown", "not in the ABI: 1 of 0x62e7");
    configure("abi", without(abi, "EscrowReleased"));
    expect(
        "contract verify events", ExitCode.CRITICAL, "event-missing", "no event EscrowReleased(");
  }

  private static String without(JsonNode abi, String event) {
    var left = JsonMapper.shared().createArrayNode();
    abi.forEach(entry -> {
      if (!entry.path("name").asString("").equals(event)) {
        left.add(entry);
      }
    });
    return left.toString();
  }
}
