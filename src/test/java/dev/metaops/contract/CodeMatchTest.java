package dev.metaops.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.chain.Address;
import dev.metaops.testing.TestChain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The real compiler's artifacts against what a real chain makes of them. */
class CodeMatchTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String SOURCE =
      """
      // SPDX-License-Identifier: Apache-2.0
      pragma solidity 0.8.37;
      contract Vault {
        address public immutable arbiter;
        uint256 public immutable fee;
        uint256 public total;
        constructor(address a, uint256 f) { arbiter = a; fee = f; }
        function add(uint256 x) external { require(msg.sender == arbiter, "no"); total += x + fee; }
      }
      """;

  /** What the compiler may append. */
  enum Tail {
    IPFS("{\"bytecodeHash\": \"ipfs\"}", ""),
    IPFS_OTHER_COMMENT("{\"bytecodeHash\": \"ipfs\"}", "// another comment\n"),
    SWARM("{\"bytecodeHash\": \"bzzr1\"}", ""),
    VERSION_ONLY("{\"bytecodeHash\": \"none\"}", ""),
    NONE("{\"bytecodeHash\": \"none\", \"appendCBOR\": false}", "");

    private final String metadata;
    private final String more;

    Tail(String metadata, String more) {
      this.metadata = metadata;
      this.more = more;
    }
  }

  private static final Map<Tail, JsonNode> COMPILED = new EnumMap<>(Tail.class);
  private static TestChain chain;

  @BeforeAll
  static void open() {
    chain = TestChain.start();
  }

  @AfterAll
  static void close() {
    chain.close();
  }

  @ParameterizedTest
  @EnumSource
  void everyTailIsRightCodeForEveryArtifactOfTheSameSource(Tail tail) throws Exception {
    Bytecode deployed = deployed(solc(tail));
    for (Tail other : Tail.values()) {
      CodeMatch match = CodeMatch.of(ArtifactFile.parse(solc(other).toString()), deployed);
      assertThat(match)
          .as("%s deployed, artifact %s", tail, other)
          .isEqualTo(
              tail == other
                  ? new CodeMatch.Same(4, ForetoldCode.Origin.NAMED)
                  : new CodeMatch.SameButMetadata(4, ForetoldCode.Origin.NAMED));
    }
  }

  @Test
  void theShapesOfHardhatFoundryAndSolcAreRead() throws Exception {
    JsonNode solc = solc(Tail.IPFS);
    Bytecode deployed = deployed(solc);
    JsonNode code = solc.at("/evm/deployedBytecode");
    String object = code.required("object").stringValue();

    ObjectNode hardhat2 = JSON.createObjectNode().put("contractName", "Vault");
    hardhat2.put("deployedBytecode", "0x" + object);
    assertThat(CodeMatch.of(ArtifactFile.parse(hardhat2.toString()), deployed))
        .isEqualTo(new CodeMatch.Same(4, ForetoldCode.Origin.INFERRED));
    ObjectNode hardhat3 = hardhat2.deepCopy();
    hardhat3.set("immutableReferences", code.required("immutableReferences"));
    assertThat(CodeMatch.of(ArtifactFile.parse(hardhat3.toString()), deployed))
        .isEqualTo(new CodeMatch.Same(4, ForetoldCode.Origin.NAMED));

    ObjectNode foundry = JSON.createObjectNode();
    foundry.putObject("deployedBytecode").put("object", "0x" + object);
    ((ObjectNode) foundry.required("deployedBytecode"))
        .set("immutableReferences", code.required("immutableReferences"));
    foundry
        .putObject("metadata")
        .putObject("settings")
        .putObject("compilationTarget")
        .put("src/Vault.sol", "Vault");
    Artifact artifact = ArtifactFile.parse(foundry.toString());
    assertThat(artifact.name()).isEqualTo("Vault");
    assertThat(CodeMatch.of(artifact, deployed).isSame()).isTrue();

    ObjectNode whole = JSON.createObjectNode();
    whole.putObject("contracts").putObject("Vault.sol").set("Vault", solc);
    assertThat(CodeMatch.of(ArtifactFile.parse(whole.toString()), deployed).isSame()).isTrue();
    whole.withObject("/contracts").putObject("Other.sol").set("Other", solc);
    assertThatThrownBy(() -> ArtifactFile.parse(whole.toString()))
        .hasMessageContaining("holds 2 contracts with code");
  }

  @Test
  void everyChangedByteOutsideTheMasksIsFoundAndNoneWithin() throws Exception {
    Artifact artifact = ArtifactFile.parse(solc(Tail.NONE).toString());
    Bytecode deployed = deployed(solc(Tail.NONE));
    List<Range> masks = artifact.code().orElseThrow().masks();
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int at = 0; at < deployed.size(); at++) {
      byte[] bytes = deployed.bytes();
      bytes[at] ^= (byte) (1 + random.nextInt(255));
      int place = at;
      boolean isMasked =
          masks.stream().anyMatch(mask -> mask.start() <= place && place < mask.end());
      CodeMatch match = CodeMatch.of(artifact, Bytecode.of(bytes));
      if (isMasked) {
        assertThat(match.isSame()).as("byte %s, seed %s", at, seed).isTrue();
      } else {
        assertThat(match)
            .as("byte %s, seed %s", at, seed)
            .isEqualTo(
                new CodeMatch.Other(
                    deployed.size() + " bytes, 1 of them other, the first at byte " + at));
      }
    }
  }

  @Test
  void everyChangedInstructionIsFoundBesideOtherMetadataToo() throws Exception {
    Artifact artifact = ArtifactFile.parse(solc(Tail.IPFS_OTHER_COMMENT).toString());
    Bytecode deployed = deployed(solc(Tail.IPFS));
    List<Range> masks = artifact.code().orElseThrow().masks();
    int instructions = deployed.executable().size();
    assertThat(instructions).isLessThan(deployed.size() - 50);
    for (int at = 0; at < instructions; at++) {
      int place = at;
      if (masks.stream().noneMatch(mask -> mask.start() <= place && place < mask.end())) {
        byte[] bytes = deployed.bytes();
        bytes[at] ^= 1;
        assertThat(CodeMatch.of(artifact, Bytecode.of(bytes)).isSame()).as("byte %s", at).isFalse();
      }
    }
  }

  @Test
  void codeThatIsLongerOrShorterIsOther() throws Exception {
    Artifact artifact = ArtifactFile.parse(solc(Tail.NONE).toString());
    String code = deployed(solc(Tail.NONE)).text();
    for (String other : List.of(code + "00", code.substring(0, code.length() - 2), "0x00")) {
      assertThat(CodeMatch.of(artifact, new Bytecode(other))).isInstanceOf(CodeMatch.Other.class);
    }
    assertThat(CodeMatch.of(artifact, Bytecode.NONE)).isEqualTo(new CodeMatch.Absent());
  }

  @Test
  void theCommittedArtifactIsWhatTheChainHas() throws IOException {
    String json =
        Files.readString(
            TestChain.checkout().resolve("src/main/resources/contracts/RegistryEscrow.json"));
    Address registry = chain.deployRegistry().address();
    assertThat(CodeMatch.of(ArtifactFile.parse(json), code(registry)))
        .isInstanceOfSatisfying(CodeMatch.Same.class, same -> assertThat(same.masked()).isZero());
  }

  @Test
  void linkedLibrariesAreMasked() {
    String placeholder = "__$" + "a".repeat(34) + "$__";
    Artifact artifact =
        ArtifactFile.parse(
            "{\"deployedBytecode\": {\"object\": \"0x6001" + "73" + placeholder + "5000\"}}");
    Bytecode linked = new Bytecode("0x600173" + "ab".repeat(20) + "5000");
    assertThat(CodeMatch.of(artifact, linked).isSame()).isTrue();
    assertThat(CodeMatch.of(artifact, new Bytecode("0x600273" + "ab".repeat(20) + "5000")).isSame())
        .isFalse();
  }

  @Test
  void nonsenseIsRefusedInOneSentence() {
    for (String json :
        List.of(
            "",
            "[]",
            "{\"contracts\": {}}",
            "{\"deployedBytecode\": \"0x6\"}",
            "{\"deployedBytecode\": {\"object\": \"60\","
                + " \"immutableReferences\": {\"1\": [{\"start\": 0, \"length\": 2}]}}}",
            "{\"deployedBytecode\": {\"object\": \"60\","
                + " \"immutableReferences\": {\"1\": [{\"start\": -1, \"length\": 1}]}}}")) {
      assertThatThrownBy(() -> ArtifactFile.parse(json))
          .as(json)
          .isInstanceOf(IllegalArgumentException.class)
          .message()
          .doesNotContain("\n");
    }
    assertThat(ArtifactFile.parse("{\"abi\": []}").code()).isEmpty();
  }

  @Test
  void noBytesMakeTheTailsReaderFail() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] code = new byte[random.nextInt(40)];
      random.nextBytes(code);
      if (code.length > 4) {
        code[code.length - 2] = 0;
        code[code.length - 1] = (byte) random.nextInt(code.length);
        int start = code.length - 2 - code[code.length - 1];
        if (start >= 0) {
          code[start] = (byte) (0xa0 + random.nextInt(4));
        }
      }
      int length = code.length;
      MetadataTail.of(code)
          .ifPresent(tail -> assertThat(tail.end()).as("seed %s", seed).isEqualTo(length));
    }
  }

  // ------------------------------------------------------------------------------------- internal

  private static Bytecode code(Address address) {
    return new Bytecode(chain.ask("eth_getCode", address.text(), "latest").stringValue());
  }

  /** Deployed with an arbiter and a fee that are not zero. */
  private static Bytecode deployed(JsonNode solc) {
    String arguments =
        "0".repeat(24)
            + chain.buyer().text().substring(2)
            + HexFormat.of().formatHex(new byte[31])
            + "2a";
    return code(
        chain.deploy(
            chain.arbiter(), "0x" + solc.at("/evm/bytecode/object").stringValue() + arguments));
  }

  private static JsonNode solc(Tail tail) throws IOException, InterruptedException {
    JsonNode known = COMPILED.get(tail);
    if (known == null) {
      known = compiled(tail);
      COMPILED.put(tail, known);
    }
    return known;
  }

  private static JsonNode compiled(Tail tail) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("metaops-solc-");
    Path input = directory.resolve("input.json");
    Path output = directory.resolve("output.json");
    try {
      ObjectNode request = JSON.createObjectNode().put("language", "Solidity");
      request.putObject("sources").putObject("Vault.sol").put("content", SOURCE + tail.more);
      ObjectNode settings = request.putObject("settings").put("evmVersion", "prague");
      settings.set("metadata", JSON.readTree(tail.metadata));
      settings
          .putObject("outputSelection")
          .putObject("*")
          .putArray("*")
          .add("evm.bytecode.object")
          .add("evm.deployedBytecode.object")
          .add("evm.deployedBytecode.immutableReferences");
      Files.writeString(input, request.toString());
      Process compile =
          new ProcessBuilder("node", "node_modules/solc/solc.js", "--standard-json")
              .directory(TestChain.checkout().resolve("contracts").toFile())
              .redirectInput(input.toFile())
              .redirectOutput(output.toFile())
              .start();
      boolean ended = compile.waitFor(60, TimeUnit.SECONDS);
      compile.destroyForcibly();
      assertThat(ended).as("the Solidity compiler ends within 60 s").isTrue();
      String text = Files.readString(output, StandardCharsets.UTF_8);
      JsonNode compiled = JSON.readTree(text.substring(text.indexOf('{')));
      return Optional.of(compiled.at("/contracts/Vault.sol/Vault"))
          .filter(JsonNode::isObject)
          .orElseThrow(() -> new AssertionError(text));
    } finally {
      Files.deleteIfExists(input);
      Files.deleteIfExists(output);
      Files.delete(directory);
    }
  }
}
