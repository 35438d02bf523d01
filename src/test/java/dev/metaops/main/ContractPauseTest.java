package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.command.ExitCode;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code contract pause}: what is printed pauses, and watching ends. */
class ContractPauseTest extends ContractCommands {
  @Test
  void pausePrintsTheTransactionAndWhatItPrintsPauses() {
    Said said = run("contract pause");
    assertThat(said.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(said.text())
        .contains("chain  31337")
        .contains("from   the arbiter " + chain.arbiter())
        .contains("data   0x8456cb59")
        .contains("NOTHING WAS CHANGED");
    for (String line : List.of("contract pause --safe", "contract pause -o safe")) {
      JsonNode batch = JsonMapper.shared().readTree(run(line + " --quiet").text());
      assertThat(batch.at("/transactions/0/data").stringValue()).isEqualTo("0x8456cb59");
    }
    JsonNode json = json("contract pause --safe");
    assertThat(json.at("/safe/transactions/0/to").stringValue())
        .isEqualTo(registry.address().text());
    chain.send(
        registry.call(
            new Address(json.required("from").stringValue()), json.required("data").stringValue()));
    assertThat(registry.paused()).isTrue();
    assertThat(run("contract pause").text()).contains("already paused");
    assertThat(run("contract unpause").text()).contains("data   0x3f4ba83a");
  }

  @Test
  void watchingEndsWhenTheChainSaysSoOrTheTimeIsOver() throws Exception {
    Said late = run("contract pause --watch 1s");
    assertThat(late.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(late.text()).contains("NOT paused within 1 s: it still says not paused");
    var watching = new FutureTask<>(() -> run("contract pause --watch 1m"));
    Thread.ofPlatform().daemon().start(watching);
    registry.pause();
    Said said = watching.get();
    assertThat(said.exit()).isEqualTo(ExitCode.FINE);
    assertThat(said.text()).contains("paused");
  }

  @Test
  void aContractThatCannotBePausedIsSaid() {
    Address party = chain.deploy("RefusingParty", registry.address());
    environment.put("ESCROW_CONTRACT_ADDRESS", party.text());
    assertThat(run("contract pause").text()).contains("has no pause()");
  }
}
