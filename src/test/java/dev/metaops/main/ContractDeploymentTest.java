package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.command.ExitCode;
import dev.metaops.testing.TestChain;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What is at the contract's address, on a real chain: each way of being wrong told apart and named.
 */
class ContractDeploymentTest extends ContractCommands {
  private static TestChain otherChain;

  @BeforeAll
  static void openAnother() {
    otherChain = TestChain.start(options -> options.withChainId(31_338));
  }

  @AfterAll
  static void closeTheOther() {
    otherChain.close();
  }

  @Test
  void noBaselineIsUnknownAndNamesPin() {
    Said said = run("verify-contract-deployment full");
    assertThat(said.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(said.text())
        .containsPattern("UNKNOWN +baseline")
        .containsPattern("FINE +code +right code")
        .contains("next: metaops contract pin");
    assertThat(symptoms("contract verify deployment")).contains("no-baseline");
  }

  @Test
  void theRightContractIsFineOnceItIsPinned() {
    pin();
    Said said = run("contract verify full");
    assertThat(said.exit()).as(said.text()).isEqualTo(ExitCode.FINE);
    assertThat(said.text())
        .containsPattern("FINE +code +right code of RegistryEscrow")
        .containsPattern("FINE +arbiter +" + chain.arbiter())
        .containsPattern("FINE +paused +not paused")
        .containsPattern("FINE +mapped events +5 of 5");
  }

  @Test
  void otherCodeIsNamedByTheBaselineAndByAConfiguredArtifact() throws IOException {
    pin();
    String code = chain.ask("eth_getCode", registry.address().text(), "latest").stringValue();
    setCode(registry.address(), code.substring(0, 200) + "00" + code.substring(202));
    expect("contract verify deployment", ExitCode.CRITICAL, "code-changed", "other code");

    Files.delete(directory.resolve("data/contracts.json"));
    configureArtifact(Files.readString(reference()));
    expect("contract verify deployment", ExitCode.CRITICAL, "code-changed", "the first at byte 99");
  }

  @Test
  void withoutConfigurationOtherCodeThanTheReferenceIsNoAccusation() {
    Address other = chain.deploy("RefusingParty", registry.address());
    settle();
    environment.put("ESCROW_CONTRACT_ADDRESS", other.text());
    Said said = run("contract verify deployment");
    assertThat(said.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(said.text())
        .containsPattern("NOTED +code +other code than the reference contract's")
        .contains("escrow.artifact");
  }

  @Test
  void anArtifactWithoutDeployedCodeCannotBeComparedAndIsNoFailure() throws IOException {
    pin();
    configureArtifact("{\"contractName\": \"Own\", \"abi\": [], \"bytecode\": \"0x60\"}");
    Said said = run("contract verify deployment");
    assertThat(said.exit()).as(said.text()).isEqualTo(ExitCode.FINE);
    assertThat(said.text()).contains("cannot compare: the artifact has no deployed bytecode");
  }

  @Test
  void anAddressWithoutCodeIsNamedForWhatItIs() {
    environment.put("ESCROW_CONTRACT_ADDRESS", "0x00000000000000000000000000000000000e5c70");
    expect("contract verify deployment", ExitCode.CRITICAL, "code-absent", "nothing was deployed");
    environment.put("ESCROW_CONTRACT_ADDRESS", chain.arbiter().text());
    expect(
        "contract verify deployment", ExitCode.CRITICAL, "code-absent", "the account of a person");
  }

  @Test
  void aDestroyedContractIsNamed() {
    pin();
    setCode(registry.address(), "0x");
    expect("contract verify deployment", ExitCode.CRITICAL, "code-absent", "was destroyed");
  }

  @Test
  void whatIsNotFinalYetIsSaid() {
    pin();
    registry.pause();
    Said said = run("contract verify deployment");
    assertThat(said.exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(said.text()).contains("not final yet: block ").contains("says not paused");
  }

  @Test
  void theRightCodeOnTheWrongChainIsNamed() {
    pin();
    environment.put("EXPECTED_CHAIN_ID", "137");
    expect(
        "contract verify deployment",
        ExitCode.CRITICAL,
        "wrong-chain",
        "right code on the wrong chain: id 31337");
    environment.remove("EXPECTED_CHAIN_ID");
    String code = chain.ask("eth_getCode", registry.address().text(), "latest").stringValue();
    otherChain.ask("anvil_setCode", registry.address().text(), code);
    otherChain.mine(8);
    environment.put("RPC_URL", otherChain.url());
    expect(
        "contract verify deployment",
        ExitCode.CRITICAL,
        "wrong-chain",
        "right code on the wrong chain: id 31338");
  }

  @Test
  void aChangedArbiterAndAnOpenHandoverAreNamed() {
    pin();
    registry.transferArbiter(chain.account(5));
    settle();
    expect(
        "contract verify deployment",
        ExitCode.WARNING,
        "arbiter-handover",
        "was offered to " + chain.account(5));
    registry.acceptArbiter(chain.account(5));
    settle();
    expect(
        "contract verify deployment",
        ExitCode.CRITICAL,
        "arbiter-changed",
        "next: metaops contract pin --dry-run");
    assertThat(run("contract pin --dry-run").text())
        .contains("arbiter  " + chain.arbiter() + " → " + chain.account(5));
  }

  @Test
  void aPauseIsNamedWithAndWithoutABaseline() {
    registry.pause();
    settle();
    assertThat(symptoms("contract verify deployment")).contains("contract-paused", "no-baseline");
    registry.unpause();
    settle();
    pin();
    registry.pause();
    settle();
    expect("contract verify deployment", ExitCode.CRITICAL, "contract-paused", "contract unpause");
    pin();
    registry.unpause();
    settle();
    expect("contract verify deployment", ExitCode.CRITICAL, "contract-unpaused", "contract pause");
  }
}
