package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.testing.FakeNode;
import dev.metaops.time.SystemTicker;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code health blockchain} with several providers: they are held against each other. */
class ProvidersComparedTest {
  private static final long FINALITY = 64;

  @TempDir Path directory;
  @AutoClose private final FakeNode first = node(1000, 'a');
  @AutoClose private final FakeNode second = node(1000, 'a');
  @AutoClose private final FakeNode third = node(1000, 'a');

  @Test
  void nodesThatAgreeAreUp() {
    Operator.Said said = looks();
    assertThat(said.exit()).isEqualTo(ExitCode.FINE);
    assertThat(said.out()).doesNotContain("behind 127.0.0.1");
    for (JsonNode result : said.json().path("results")) {
      assertThat(vital(result, "lag").path("value").stringValue())
          .isEqualTo("none, it is the best");
      assertThat(vital(result, "finalized block 936").path("condition").stringValue())
          .isEqualTo("UP");
    }
  }

  @Test
  void aNodeThatLagsSaysBehindWhomAndHowFar() {
    shows(second, 980, 'a');
    Operator.Said said = looks();
    JsonNode lagging = said.json().path("results").path(1);
    assertThat(lagging.path("condition").stringValue()).isEqualTo("DEGRADED");
    assertThat(vital(lagging, "lag").path("value").stringValue())
        .startsWith("20 blocks behind 127.0.0.1:");
    assertThat(vital(lagging, "lag").path("expected").stringValue()).isEqualTo("up to 3 blocks");
    assertThat(lagging.path("sentence").stringValue()).contains("lag 20 blocks behind");
    assertThat(said.json().path("results").path(0).path("condition").stringValue()).isEqualTo("UP");
  }

  @Test
  void aNodeAloneWithItsFinalBlockIsDownAndTheOthersSayWhoItIs() {
    shows(third, 1003, 'f');
    JsonNode results = looks().json().path("results");
    assertThat(results.path(2).path("condition").stringValue()).isEqualTo("DOWN");
    assertThat(results.path(2).path("sentence").stringValue())
        .contains("finalized block 936 0xffff")
        .contains("the same at every provider; 127.0.0.1:");
    assertThat(results.path(0).path("condition").stringValue()).isEqualTo("DEGRADED");
  }

  @Test
  void whereTwoDisagreeNeitherIsBelieved() {
    shows(second, 1000, 'f');
    Operator.Said said = looks(first, second);
    assertThat(said.exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(said.json().path("overall").stringValue()).isEqualTo("DOWN");
  }

  private Operator.Said looks() {
    return looks(first, second, third);
  }

  private Operator.Said looks(FakeNode... nodes) {
    String urls = Stream.of(nodes).map(FakeNode::url).collect(Collectors.joining(","));
    return new Operator(
            directory, Map.of("RPC_URL", urls, "ESCROW_CONTRACT_ADDRESS", "0x" + "11".repeat(20)))
        .types("health blockchain -o json");
  }

  private static JsonNode vital(JsonNode result, String name) {
    for (JsonNode vital : result.path("vitals")) {
      if (vital.path("name").stringValue().equals(name)) {
        return vital;
      }
    }
    throw new AssertionError("no vital " + name + " in " + result);
  }

  private static FakeNode node(long latest, char fork) {
    FakeNode node = new FakeNode().on("eth_chainId", "\"0x1\"");
    shows(node, latest, fork);
    return node;
  }

  private static void shows(FakeNode node, long latest, char fork) {
    node.on(
        "eth_getBlockByNumber",
        params -> {
          String asked = params.path(0).stringValue();
          return switch (asked) {
            case "latest" -> block(latest, latest, fork);
            case "safe", "finalized" -> block(latest - FINALITY, latest, fork);
            default -> block(Long.decode(asked), latest, fork);
          };
        });
  }

  /** A block every 2 seconds, the latest right now. */
  private static ObjectNode block(long number, long latest, char fork) {
    long time = SystemTicker.SYSTEM.now().getEpochSecond() - 2 * (latest - number);
    return FakeNode.JSON
        .createObjectNode()
        .put("number", "0x" + Long.toHexString(number))
        .put("hash", hash(number, fork))
        .put("parentHash", hash(number - 1, fork))
        .put("timestamp", "0x" + Long.toHexString(time))
        .put("logsBloom", "0x" + "00".repeat(256))
        .put("receiptsRoot", hash(0, 'e'));
  }

  private static String hash(long number, char fork) {
    return "0x" + String.valueOf(fork).repeat(56) + "%08x".formatted(number);
  }
}
