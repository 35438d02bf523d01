package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MainTest {
  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "status",
        "order check-stuck",
        "order states",
        "order show x",
        "order verify x",
        "order fix x",
        "order report",
        "events recent",
        "listener status",
        "sender status",
        "db updates",
        "db restored --to 2026-11-30T02:40:00Z",
        "health quick",
        "health database",
        "health blockchain",
        "health listener",
        "contract verify",
        "contract test",
        "contract pin",
        "contract pause",
        "audit list",
        "audit verify",
        "audit export log",
        "audit claim --actor venue --since 2h why",
        "audit key",
        "serve",
        "doctor",
        "config init",
        "config check"
      })
  void withNothingConfiguredItSaysWhatToSetAndEndsWithThree(String line) {
    assertThat(run(Map.of(), line)).isEqualTo(ExitCode.COULD_NOT);
    assertThat(err() + out()).containsAnyOf("DATABASE_URL", "RPC_URL").doesNotContain("0 stuck");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--version", "order", "order fix --help", "completion"})
  void whatIsOnlyReadNeedsNoConfiguration(String line) throws IOException {
    Files.writeString(directory.resolve("metaops.toml"), "[orders]\nmode = 1\n");
    assertThat(run(Map.of(), line)).isEqualTo(ExitCode.FINE);
    assertThat(out()).isNotBlank();
  }

  @Test
  void theFirstLineOfErrorsNamesTheEnvironmentWithoutSecrets() {
    run(venue(), "order check-stuck");
    assertThat(err().lines().findFirst())
        .contains(
            "production · orders postgres:db.example/venue · chain 137 · escrow 0x12…ef ·"
                + " observing");
    assertThat(err() + out()).doesNotContain("hunter2");
  }

  @Test
  void quietLeavesStandardErrorToRefusals() {
    run(venue(), "config show --quiet");
    assertThat(err()).isEmpty();
    assertThat(run(Map.of(), "order states --quiet")).isEqualTo(ExitCode.COULD_NOT);
    assertThat(err()).contains("DATABASE_URL");
  }

  @Test
  void aMisspeltKeyStopsEveryCommandThatNeedsConfiguration() throws IOException {
    Files.writeString(directory.resolve("metaops.toml"), "[orders]\ntabel = \"x\"\n");
    assertThat(run(venue(), "order states")).isEqualTo(ExitCode.COULD_NOT);
    assertThat(err()).contains("did you mean orders.table?");
  }

  @Test
  void configurationIsShownWithItsOriginAndWithoutSecrets() {
    assertThat(run(venue(), "config show -o json")).isEqualTo(ExitCode.FINE);
    JsonNode json = JsonMapper.shared().readTree(out());
    assertThat(json.get("shape").asString()).isEqualTo("config-show/1");
    assertThat(json.get("values").valueStream())
        .anySatisfy(value -> {
          assertThat(value.get("key").asString()).isEqualTo("orders.url");
          assertThat(value.get("value").asString()).isEqualTo("‹hidden›");
          assertThat(value.get("from").asString()).isEqualTo("$DATABASE_URL");
        });
    assertThat(out()).doesNotContain("hunter2");
  }

  @Test
  void withoutARunningDemoItSaysHowToStartOne() {
    assertThat(run(Map.of("METAOPS_DATA_DIR", directory.toString()), "order states --demo"))
        .isEqualTo(ExitCode.COULD_NOT);
    assertThat(err()).contains("no demo is running").endsWith("metaops demo\n");
  }

  @Test
  void theDemoIsAWorldOfItsOwn() throws IOException {
    Files.createDirectories(directory.resolve("demo"));
    Files.writeString(
        directory.resolve("demo/world.env"),
        "METAOPS_ENVIRONMENT=demo\nDATABASE_URL=postgres://a@127.0.0.1:5/orders\n");
    Map<String, String> environment =
        Map.of(
            "METAOPS_DATA_DIR", directory.toString(),
            "RPC_URL", "https://production.example",
            "ESCROW_CONTRACT_ADDRESS", "0x12345678901234567890123456789012345678ef");
    run(environment, "order states --demo");
    assertThat(err().lines().findFirst())
        .contains(
            "demo · orders postgres:127.0.0.1:5/orders · chain not configured · escrow not"
                + " configured · observing");
  }

  @Test
  void doctorNamesWhatRefusesAndDoesNotWaitForWhatIsSilent() throws IOException {
    try (ServerSocket open = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = open.getLocalPort();
      Map<String, String> environment =
          Map.of(
              "DATABASE_URL",
              "postgres://a@127.0.0.1:1/orders",
              "RPC_URL",
              "http://127.0.0.1:" + port + ",http://192.0.2.1",
              "ESCROW_CONTRACT_ADDRESS",
              "0x12345678901234567890123456789012345678ef",
              "METAOPS_DATA_DIR",
              directory.toString());
      assertThat(run(environment, "doctor --timeout 300ms")).isEqualTo(ExitCode.CRITICAL);
      assertThat(out())
          .containsPattern("wrong +orders +database 127.0.0.1:1/orders: connection refused")
          .containsPattern("wrong +provider +127.0.0.1:" + port + ": no answer within")
          .containsPattern("wrong +provider +192.0.2.1: ")
          .containsPattern("wrong +escrow +could not look: ");
    }
  }

  private static Map<String, String> venue() {
    return Map.of(
        "METAOPS_ENVIRONMENT", "production",
        "DATABASE_URL", "postgres://ops:hunter2@db.example/venue",
        "RPC_URL", "https://rpc.example/hunter2",
        "EXPECTED_CHAIN_ID", "137",
        "ESCROW_CONTRACT_ADDRESS", "0x12345678901234567890123456789012345678ef");
  }

  private ExitCode run(Map<String, String> environment, String line) {
    out.reset();
    err.reset();
    List<String> words = line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
    PrintStream toOut = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream toErr = new PrintStream(err, true, StandardCharsets.UTF_8);
    return Main.run(
        words,
        new Surroundings(
            environment,
            directory,
            directory.resolve("home"),
            Set.of(),
            new ByteArrayInputStream(new byte[0]),
            toOut,
            toErr));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
