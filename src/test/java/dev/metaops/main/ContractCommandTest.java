package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.joemelsha.crypto.hash.Keccak;
import dev.metaops.chain.Address;
import dev.metaops.command.ExitCode;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.escrow.EscrowKey;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.store.Database;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Everything that can be wrong with an escrow contract, on a real chain, told apart and named. */
class ContractCommandTest {
  private static final String IMPLEMENTATION_SLOT =
      "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

  private static TestChain chain;
  private static TestChain otherChain;

  @TempDir Path directory;
  private TestRegistry registry;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeAll
  static void open() {
    chain = TestChain.start();
    otherChain = TestChain.start(options -> options.withChainId(31_338));
  }

  @AfterAll
  static void close() {
    chain.close();
    otherChain.close();
  }

  @BeforeEach
  void deploy() {
    registry = chain.deployRegistry();
    settle();
    environment.put("METAOPS_DATA_DIR", directory.resolve("data").toString());
    environment.put("RPC_URL", chain.url());
    environment.put("ESCROW_CONTRACT_ADDRESS", registry.address().text());
  }

  private static void settle() {
    chain.mine(8);
  }

  // ------------------------------------------------------------------------------------ deployment

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

  // ----------------------------------------------------------------------------------------- proxy

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

  // ------------------------------------------------------------------------------ events,
  // providers

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

  @Test
  void providersOfOtherChainsWithOtherCodeOrNoAnswerAreNamed() {
    environment.put("RPC_URL", chain.url() + "," + chain.url().replace("127.0.0.1", "localhost"));
    assertThat(run("verify-network-contracts").exit()).isEqualTo(ExitCode.FINE);
    environment.put("RPC_URL", chain.url() + "," + otherChain.url());
    expect("contract verify network", ExitCode.CRITICAL, "wrong-chain", "chain 31338");
    environment.put("RPC_URL", "http://127.0.0.1:" + FakeServer.closedPort() + "," + chain.url());
    expect("contract verify network", ExitCode.WARNING, "provider-down", "unreachable");
    pin();
    assertThat(run("contract verify deployment").exit()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void aChainThatIsDownIsAFindingForJudgesAndCouldNotForPin() {
    environment.put("RPC_URL", "http://127.0.0.1:" + FakeServer.closedPort() + "/?key=s3cretKey1");
    for (String line : List.of("contract verify", "contract test", "contract verify events")) {
      Said said = run(line);
      assertThat(said.exit()).as(line).isEqualTo(ExitCode.CRITICAL);
      assertThat(said.text()).as(line).contains("unreachable").doesNotContain("s3cretKey1");
    }
    assertThat(run("contract pin --execute").exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(run("contract pause").exit()).isEqualTo(ExitCode.COULD_NOT);
  }

  @Test
  void aNodeThatHangsOrTalksGarbageEndsTheCommandAndIsBlamed() throws IOException {
    try (FakeServer silent = FakeServer.silent();
        FakeServer babbling =
            FakeServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")) {
      for (FakeServer server : List.of(silent, babbling)) {
        environment.put("RPC_URL", "http://127.0.0.1:" + server.port());
        Said said = run("contract verify full --timeout 500ms");
        assertThat(said.exit()).isEqualTo(ExitCode.CRITICAL);
        assertThat(said.text()).containsAnyOf("no answer within", "answer not understood");
        environment.put("RPC_URL", "http://127.0.0.1:" + server.port() + "," + chain.url());
        Said second = run("contract verify network --timeout 2s");
        assertThat(second.exit()).as(second.text()).isEqualTo(ExitCode.WARNING);
      }
    }
  }

  // ------------------------------------------------------------------------------------------ pin

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

  // ----------------------------------------------------------------------------------------- test

  @Test
  void aContractThatAnswersAsTheRegistryPassesAndOneThatDoesNotIsNamed() {
    Said said = run("manual-contract-test full");
    assertThat(said.exit()).as(said.text()).isEqualTo(ExitCode.FINE);
    assertThat(said.text()).containsPattern("FINE +escrowOf\\(unused key\\) +NONE");
    environment.put(
        "ESCROW_CONTRACT_ADDRESS", chain.deploy("RefusingParty", registry.address()).text());
    expect("contract test functions", ExitCode.CRITICAL, "function-wrong", "refuses");
  }

  @Test
  void anEscrowShortByOneWeiIsFoundAndASurplusIsANote() {
    registry.create("o-1");
    assertThat(run("contract test state").exit()).isEqualTo(ExitCode.FINE);
    chain.setBalance(registry.address(), TestChain.ETHER.subtract(BigInteger.ONE));
    settle();
    expect("contract test state", ExitCode.CRITICAL, "escrow-short", "SHORT by 1 base units");
    chain.setBalance(registry.address(), TestChain.ETHER.add(BigInteger.ONE));
    settle();
    expect("contract test state", ExitCode.FINE, "escrow-surplus", "1 base units more");
  }

  @Test
  void openOrdersAreLaidBesideTheEscrow() throws SQLException {
    Database database = TestPostgres.withOrdersSchema();
    environment.put("DATABASE_URL", database.url().secretText());
    try (Connection connection = database.connect(TestPostgres.minute())) {
      new LedgerStore(connection).guard("absent");
    }
    Terms held = registry.terms("o-1");
    insert(database, held, "PENDING");
    expect(
        "contract test state", ExitCode.CRITICAL, "orders-without-escrow", "1 ETH without escrow");
    registry.create(held);
    assertThat(run("contract test state").exit()).as("created, not final").isEqualTo(ExitCode.FINE);
    settle();
    assertThat(run("contract test state").exit()).isEqualTo(ExitCode.FINE);
    registry.release(EscrowKey.of(held));
    assertThat(run("contract test state").exit())
        .as("released, not final: the row may still say PENDING")
        .isEqualTo(ExitCode.FINE);
    settle();
    expect("contract test state", ExitCode.CRITICAL, "orders-without-escrow", "order check-stuck");
    registry.create("o-2");
    registry.create("o-3");
    settle();
    expect(
        "contract test state", ExitCode.WARNING, "escrow-without-orders", "no open order claims");
  }

  @Test
  void withTheDatabaseDownTheRestIsStillTested() {
    environment.put(
        "DATABASE_URL", "postgres://a:b@127.0.0.1:" + FakeServer.closedPort() + "/venue");
    Said said = run("contract test state");
    assertThat(said.exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(said.text())
        .containsPattern("FINE +balance of the chain's coin")
        .contains("not compared: database ")
        .contains("connection refused");
    pin();
    assertThat(run("contract verify full").exit()).isEqualTo(ExitCode.FINE);
  }

  // ---------------------------------------------------------------------------------------- pause

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

  // ------------------------------------------------------------------------------------- internal

  private void expect(String line, ExitCode exit, String symptom, String text) {
    Said said = run(line);
    assertThat(said.text()).as(line).contains(text);
    assertThat(said.exit()).as(said.text()).isEqualTo(exit);
    assertThat(symptoms(line)).as(said.text()).contains(symptom);
  }

  private List<String> symptoms(String line) {
    List<String> symptoms = new ArrayList<>();
    json(line)
        .required("checks")
        .forEach(check -> symptoms.add(check.required("symptom").stringValue()));
    return symptoms;
  }

  private JsonNode json(String line) {
    Said said = run(line + " -o json --quiet");
    return JsonMapper.shared().readTree(said.text());
  }

  private void pin() {
    Said said = run("contract pin --execute");
    assertThat(said.exit()).as(said.text()).isEqualTo(ExitCode.FINE);
  }

  private static void setCode(Address address, String code) {
    chain.ask("anvil_setCode", address.text(), code);
    settle();
  }

  private static Path reference() {
    return TestChain.checkout().resolve("src/main/resources/contracts/RegistryEscrow.json");
  }

  private void configureArtifact(String json) throws IOException {
    configure("artifact", json);
  }

  private void configure(String key, String json) throws IOException {
    Files.writeString(directory.resolve(key + ".json"), json);
    Path file =
        Files.writeString(
            directory.resolve("metaops.toml"), "[escrow]\n" + key + " = \"" + key + ".json\"\n");
    environment.put("METAOPS_CONFIG", file.toString());
  }

  private void insert(Database database, Terms terms, String state) throws SQLException {
    try (Connection connection = database.connect(TestPostgres.minute());
        var insert =
            connection.prepareStatement(
                "INSERT INTO public.orders (id, buyer, seller, amount, escrow_contract, escrow_key,"
                    + " state) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
      insert.setString(1, terms.orderId());
      insert.setString(2, terms.buyer().text());
      insert.setString(3, terms.seller().text());
      insert.setBigDecimal(4, new BigDecimal(terms.amount()));
      insert.setString(5, registry.address().text());
      insert.setString(6, EscrowKey.of(terms).text());
      insert.setString(7, state);
      insert.execute();
    }
  }

  private record Said(ExitCode exit, String text) {}

  private Said run(String line) {
    return run(line, "", Set.of());
  }

  private Said run(String line, String typed, Set<String> terminals) {
    var out = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(out, true, StandardCharsets.UTF_8);
    ExitCode exit =
        Main.run(
            List.of(line.split(" ", -1)),
            new Surroundings(
                environment,
                directory,
                directory.resolve("home"),
                terminals,
                new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                both,
                both));
    return new Said(exit, out.toString(StandardCharsets.UTF_8));
  }
}
