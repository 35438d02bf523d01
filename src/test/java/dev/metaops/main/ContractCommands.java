package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.command.ExitCode;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A registry on a chain, and somebody who types commands about it. */
abstract class ContractCommands {
  static TestChain chain;

  @TempDir Path directory;
  TestRegistry registry;
  final Map<String, String> environment = new HashMap<>();

  @BeforeAll
  static void open() {
    chain = TestChain.start();
  }

  @AfterAll
  static void close() {
    chain.close();
  }

  @BeforeEach
  void deploy() {
    registry = chain.deployRegistry();
    settle();
    environment.put("METAOPS_DATA_DIR", directory.resolve("data").toString());
    environment.put("RPC_URL", chain.url());
    environment.put("ESCROW_CONTRACT_ADDRESS", registry.address().text());
  }

  static void settle() {
    chain.mine(8);
  }

  void expect(String line, ExitCode exit, String symptom, String text) {
    Said said = run(line);
    assertThat(said.text()).as(line).contains(text);
    assertThat(said.exit()).as(said.text()).isEqualTo(exit);
    assertThat(symptoms(line)).as(said.text()).contains(symptom);
  }

  List<String> symptoms(String line) {
    List<String> symptoms = new ArrayList<>();
    json(line)
        .required("checks")
        .forEach(check -> symptoms.add(check.required("symptom").stringValue()));
    return symptoms;
  }

  JsonNode json(String line) {
    Said said = run(line + " -o json --quiet");
    return JsonMapper.shared().readTree(said.text());
  }

  void pin() {
    Said said = run("contract pin --execute");
    assertThat(said.exit()).as(said.text()).isEqualTo(ExitCode.FINE);
  }

  static void setCode(Address address, String code) {
    chain.ask("anvil_setCode", address.text(), code);
    settle();
  }

  static Path reference() {
    return TestChain.checkout().resolve("src/main/resources/contracts/RegistryEscrow.json");
  }

  void configureArtifact(String json) throws IOException {
    configure("artifact", json);
  }

  void configure(String key, String json) throws IOException {
    Files.writeString(directory.resolve(key + ".json"), json);
    Path file =
        Files.writeString(
            directory.resolve("metaops.toml"), "[escrow]\n" + key + " = \"" + key + ".json\"\n");
    environment.put("METAOPS_CONFIG", file.toString());
  }

  record Said(ExitCode exit, String text) {}

  Said run(String line) {
    return run(line, "", Set.of());
  }

  Said run(String line, String typed, Set<String> terminals) {
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
