package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What somebody found right is pinned, and only when they say so. */
class ContractPinTest extends ContractCommands {
  @Test
  void pinChangesNothingUnlessSomebodySaysSo() throws IOException {
    Said asked = run("contract pin");
    assertThat(asked.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(asked.text().strip().lines().toList().getLast())
        .startsWith("NOTHING WAS CHANGED: ")
        .contains("metaops contract pin --execute");
    assertThat(run("contract pin --dry-run").exit()).isEqualTo(ExitCode.FINE);
    assertThat(run("contract pin", "n\n", Set.of("in", "err")).exit()).isEqualTo(ExitCode.WARNING);
    assertThat(directory.resolve("data/contracts.json")).doesNotExist();

    assertThat(run("contract pin", "y\n", Set.of("in", "err")).exit()).isEqualTo(ExitCode.FINE);
    Path file = directory.resolve("data/contracts.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(directory.resolve("data/journal.jsonl")))
        .contains("\"kind\":\"contract-pin\"")
        .contains(registry.address().text());
    assertThat(run("contract pin").text()).contains("already pinned, nothing to change");
  }

  @Test
  void nothingIsPinnedWhereNoCodeIsOrOnAnotherChain() {
    environment.put("EXPECTED_CHAIN_ID", "137");
    assertThat(run("contract pin --execute").exit()).isEqualTo(ExitCode.REFUSED);
    environment.remove("EXPECTED_CHAIN_ID");
    environment.put("ESCROW_CONTRACT_ADDRESS", chain.seller().text());
    assertThat(run("contract pin --execute").text()).contains("refused").contains("no code");
  }

  @Test
  void aDamagedBaselineIsUnknownAndSaysWhichFile() throws IOException {
    pin();
    Files.writeString(directory.resolve("data/contracts.json"), "{\"version\": 1, \"contr");
    Said said = run("contract verify deployment");
    assertThat(said.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(said.text()).contains("contracts.json: damaged");
  }
}
