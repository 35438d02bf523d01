package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.command.ExitCode;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code sender status} against a real node whose sender gets into trouble. */
class SenderStatusTest {
  private static final BigInteger GWEI = BigInteger.TEN.pow(9);

  @TempDir Path directory;
  @AutoClose private final TestChain chain = TestChain.start();
  private final TestRegistry registry = chain.deployRegistry();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void theArbiterIsLookedAtWhenNobodySaysWho() {
    assertThat(run("sender status")).isEqualTo(ExitCode.FINE);
    assertThat(text())
        .contains(chain.arbiter() + " (the contract's arbiter): nothing waits")
        .contains("no gap")
        .contains("100000 gas each, assumed");
  }

  @Test
  void settlementsLeftAreCountedByWhatSettlementsUsed() {
    Hash first = registry.create("order-1").key();
    Hash second = registry.create("order-2").key();
    registry.release(first);
    registry.release(second);
    JsonNode json = json("sender status " + chain.buyer());
    long gas = json.path("settlement_gas").longValue();
    assertThat(gas).isBetween(30_000L, 90_000L);
    assertThat(json.path("settlement_gas_how").stringValue()).isEqualTo("median of the last 2");
    JsonNode buyer = json.path("senders").path(0);
    BigInteger left = new BigInteger(buyer.path("settlements_left").stringValue());
    BigInteger price =
        new BigInteger(buyer.path("base_fee").stringValue())
            .add(new BigInteger(buyer.path("tip").stringValue()));
    assertThat(left)
        .isEqualTo(
            new BigInteger(buyer.path("balance").stringValue())
                .divide(price.multiply(BigInteger.valueOf(gas))));
  }

  @Test
  void aFeeBelowTheBaseFeeBlocksAndTheSpeedUpIsPrinted() {
    chain.ask("evm_setAutomine", false);
    Hash stuck = send(chain.buyer(), 0, 2);
    send(chain.buyer(), 1, 500);
    chain.ask("anvil_setNextBlockBaseFeePerGas", "0x" + GWEI.shiftLeft(6).toString(16));
    JsonNode json = json("sender status " + chain.buyer(), ExitCode.CRITICAL);
    JsonNode buyer = json.path("senders").path(0);
    assertThat(buyer.path("grade").stringValue()).isEqualTo("BLOCKED");
    assertThat(buyer.path("sentence").stringValue())
        .isEqualTo("blocked: nonce 0, its fee is too low, blocks ask 64 gwei");
    assertThat(buyer.path("nonce").longValue()).isZero();
    assertThat(buyer.path("pending_nonce").longValue()).isEqualTo(2);
    assertThat(buyer.path("oldest").path("transaction").stringValue()).isEqualTo(stuck.text());
    JsonNode next = buyer.path("next_transaction");
    assertThat(next.path("nonce").longValue()).isZero();
    assertThat(next.path("max_fee").stringValue()).isEqualTo("72000000000");
    assertThat(next.path("max_tip").stringValue()).isEqualTo("1100000000");
    assertThat(run("sender status " + chain.buyer())).isEqualTo(ExitCode.CRITICAL);
    assertThat(text()).contains("next transaction: speed it up", "nonce 0", stuck.text());
  }

  @Test
  void aMissingNonceBlocks() {
    chain.ask("evm_setAutomine", false);
    send(chain.buyer(), 0, 20);
    send(chain.buyer(), 2, 20);
    JsonNode buyer =
        json("sender status " + chain.buyer(), ExitCode.CRITICAL).path("senders").path(0);
    assertThat(buyer.path("missing_nonce").longValue()).isEqualTo(1);
    assertThat(buyer.path("next_transaction").path("nonce").longValue()).isEqualTo(1);
    assertThat(buyer.path("sentence").stringValue()).startsWith("blocked: nonce 1 is missing");
  }

  @Test
  void configuredSendersAreEachLookedAtAndTheWorstWins() throws IOException {
    chain.setBalance(chain.seller(), BigInteger.ZERO);
    BigInteger little = GWEI.multiply(BigInteger.valueOf(2 * 100_000 * 5));
    chain.setBalance(chain.buyer(), little);
    Files.writeString(
        directory.resolve("metaops.toml"),
        "[escrow]\nsenders = [\"" + chain.buyer() + "\", \"" + chain.arbiter() + "\"]\n");
    JsonNode json = json("sender status", ExitCode.WARNING);
    assertThat(json.path("chosen").stringValue()).isEqualTo("escrow.senders");
    assertThat(json.path("senders").path(0).path("grade").stringValue()).isEqualTo("WATCH");
    assertThat(json.path("senders").path(1).path("grade").stringValue()).isEqualTo("WELL");
    JsonNode empty =
        json("sender status " + chain.seller(), ExitCode.CRITICAL).path("senders").path(0);
    assertThat(empty.path("sentence").stringValue()).contains("does not pay for one settlement");
    assertThat(empty.path("next_transaction").path("to").stringValue())
        .isEqualTo(chain.seller().text());
  }

  @Test
  void aPoolThatIsNotShownIsNotCalledEmpty() throws IOException {
    chain.ask("evm_setAutomine", false);
    send(chain.buyer(), 0, 20);
    try (FakeNode blind = new FakeNode()) {
      for (String method :
          List.of(
              "eth_getBlockByNumber",
              "eth_getTransactionCount",
              "eth_getBalance",
              "eth_feeHistory",
              "eth_maxPriorityFeePerGas",
              "eth_getLogs",
              "eth_call")) {
        blind.on(method, parameters -> chain.ask(method, parameters.valueStream().toArray()));
      }
      assertThat(run("sender status " + chain.buyer(), blind.url())).isEqualTo(ExitCode.WARNING);
      assertThat(text())
          .contains("1 transaction waits, and the node does not show why")
          .contains("oldest pending  not shown by the node");
    }
  }

  @Test
  void whoCannotLookSaysSo() {
    assertThat(run("sender status", "http://127.0.0.1:1")).isEqualTo(ExitCode.COULD_NOT);
    assertThat(text()).contains("UNKNOWN", "unreachable");
    assertThat(run("sender status 0x12")).isEqualTo(ExitCode.USAGE);
  }

  private Hash send(Address from, long nonce, long gwei) {
    ObjectNode transaction =
        FakeNode.JSON
            .createObjectNode()
            .put("from", from.text())
            .put("to", chain.account(9).text())
            .put("value", "0x1")
            .put("nonce", "0x" + Long.toHexString(nonce))
            .put("gas", "0x5208")
            .put("maxFeePerGas", "0x" + GWEI.multiply(BigInteger.valueOf(gwei)).toString(16))
            .put("maxPriorityFeePerGas", "0x" + GWEI.toString(16));
    return new Hash(chain.ask("eth_sendTransaction", transaction).stringValue());
  }

  private JsonNode json(String line) {
    return json(line, ExitCode.FINE);
  }

  private JsonNode json(String line, ExitCode expected) {
    assertThat(run(line + " -o json")).isEqualTo(expected);
    JsonNode json = JsonMapper.shared().readTree(text());
    assertThat(json.path("shape").stringValue()).isEqualTo("sender-status/1");
    return json;
  }

  private ExitCode run(String line) {
    return run(line, chain.url());
  }

  private ExitCode run(String line, String url) {
    out.reset();
    Map<String, String> environment = new HashMap<>();
    environment.put("RPC_URL", url);
    environment.put("ESCROW_CONTRACT_ADDRESS", registry.address().text());
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    return Main.run(
        List.of(line.split(" ", -1)),
        new Surroundings(
            environment,
            directory,
            directory.resolve("home"),
            Set.of(),
            new ByteArrayInputStream(new byte[0]),
            printed,
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)));
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
