package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.joemelsha.crypto.hash.Keccak;
import dev.metaops.chain.Address;
import dev.metaops.command.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Contracts behind proxies, on a real chain: seen through, and named when they point elsewhere. */
class ContractProxyTest extends ContractCommands {
  private static final String IMPLEMENTATION_SLOT =
      "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

  @Test
  void aProxyThatPointsElsewhereIsNamedWithItsHistory() {
    Address proxy = chain.deploy(chain.arbiter(), proxyTo(registry.address()));
    settle();
    environment.put("ESCROW_CONTRACT_ADDRESS", proxy.text());
    pin();
    Said right = run("contract verify deployment");
    assertThat(right.exit()).as(right.text()).isEqualTo(ExitCode.FINE);
    assertThat(right.text())
        .containsPattern("FINE +implementation +EIP-1967 proxy to " + registry.address())
        .contains("implementation " + registry.address());

    Address elsewhere = chain.deployRegistry().address();
    chain.ask(
        "anvil_setStorageAt",
        proxy.text(),
        IMPLEMENTATION_SLOT,
        "0x" + "0".repeat(24) + elsewhere.text().substring(2));
    settle();
    expect(
        "contract verify deployment",
        ExitCode.CRITICAL,
        "implementation-upgraded",
        "points elsewhere: EIP-1967 proxy to " + elsewhere);

    chain.ask(
        "anvil_setStorageAt",
        proxy.text(),
        IMPLEMENTATION_SLOT,
        "0x" + "0".repeat(24) + "00000000000000000000000000000000000e5c71");
    settle();
    expect(
        "contract verify deployment", ExitCode.CRITICAL, "code-absent", "an account without code");
  }

  @Test
  void aMinimalProxyIsSeenThroughAndItsTargetsCodeIsCompared() throws IOException {
    Address clone = new Address("0x00000000000000000000000000000000000c107e");
    setCode(
        clone,
        "0x363d3d373d3d3d363d73"
            + registry.address().text().substring(2)
            + "5af43d82803e903d91602b57fd5bf3");
    environment.put("ESCROW_CONTRACT_ADDRESS", clone.text());
    configureArtifact(Files.readString(reference()));
    Said said = run("contract verify deployment");
    assertThat(said.text())
        .containsPattern("FINE +code +right code behind the proxy")
        .contains("EIP-1167 minimal proxy, which cannot be upgraded to " + registry.address());
  }

  @Test
  void aBeaconsImplementationIsAskedForAndPinned() {
    Address beacon = new Address("0x00000000000000000000000000000000000bea00");
    setCode(beacon, "0x73" + registry.address().text().substring(2) + "5f5260205ff3");
    Address proxy = new Address("0x00000000000000000000000000000000000bea01");
    setCode(proxy, "0x5f5ffd");
    chain.ask(
        "anvil_setStorageAt",
        proxy.text(),
        "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50",
        "0x" + "0".repeat(24) + beacon.text().substring(2));
    settle();
    environment.put("ESCROW_CONTRACT_ADDRESS", proxy.text());
    pin();
    Address elsewhere = chain.deployRegistry().address();
    setCode(beacon, "0x73" + elsewhere.text().substring(2) + "5f5260205ff3");
    expect(
        "contract verify deployment",
        ExitCode.CRITICAL,
        "implementation-upgraded",
        "EIP-1967 beacon proxy, beacon " + beacon + " to " + elsewhere);
  }

  /** An EIP-1967 proxy by hand: 58 bytes that delegate to the slot, set and announced at birth. */
  private static String proxyTo(Address implementation) {
    String address = implementation.text().substring(2);
    String slot = IMPLEMENTATION_SLOT.substring(2);
    String upgraded =
        HexFormat.of()
            .formatHex(
                new Keccak(256).digest("Upgraded(address)".getBytes(StandardCharsets.US_ASCII)));
    String runtime =
        "365f5f37" + "5f5f365f7f" + slot + "545af4" + "3d5f5f3e" + "603657" + "3d5ffd" + "5b3d5ff3";
    String set = "73" + address + "7f" + slot + "55";
    String announce = "73" + address + "7f" + upgraded + "5f5fa2";
    return "0x" + set + announce + "603a607a5f39" + "603a5ff3" + runtime;
  }
}
