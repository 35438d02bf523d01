package dev.metaops.main;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestRegistry;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody puts a node that lies in front of a real one. */
@Timeout(120)
class ChaosRpcTest {
  @AutoClose private final TestChain chain = TestChain.start();
  private final TestRegistry registry = chain.deployRegistry();
  private final int port = FakeServer.closedPort();

  @TempDir private Path directory;

  /** A command line under way, ended by interrupting it. */
  private record Running(FutureTask<Operator.Said> task, Thread thread) {
    static Running line(Operator operator, String words) {
      FutureTask<Operator.Said> task = new FutureTask<>(() -> operator.types(words));
      return new Running(task, Thread.ofVirtual().start(task));
    }

    Operator.Said end() throws Exception {
      thread.interrupt();
      return task.get(30, TimeUnit.SECONDS);
    }
  }

  private Provider liar() {
    return new Provider(
        new JsonRpc(
            Endpoint.parse("liar", "http://127.0.0.1:" + port),
            new Patience(100, Duration.ofSeconds(5), Duration.ofMillis(50), Duration.ofMillis(200)),
            SystemTicker.SYSTEM,
            new SplittableRandom(1)));
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(40), SystemTicker.SYSTEM);
  }

  @Test
  void oneLogIsLeftOutTheHeadIsOldAndBothAreSwitchedOff() throws Exception {
    for (int order = 1; order <= 3; order++) {
      registry.create("ord_" + order);
    }
    long last = chain.latest().number();
    Operator operator = new Operator(directory, Map.of());
    Running proxy =
        Running.line(
            operator,
            "chaos-rpc --upstream "
                + chain.url().replace("//", "//key-nobody-sees:x@")
                + " --port "
                + port
                + " --fault omit-log=block:"
                + last
                + " --fault lag=1,1.0 --seed 7 -o json");
    LogFilter filter = LogFilter.of(Set.of(registry.address()));
    assertThat(liar().head(soon()).latest().number()).isEqualTo(last - 1);
    chain.mine(1);
    assertThat(liar().logs(last - 2, last, filter, soon())).hasSize(2);
    switchTo("[]");
    assertThat(liar().logs(last - 2, last, filter, soon())).hasSize(3);

    Operator.Said said = proxy.end();
    assertThat(said.exit()).isEqualTo(ExitCode.FINE);
    assertThat(said.all()).doesNotContain("key-nobody-sees");
    List<JsonNode> lines = said.out().lines().map(JsonMapper.shared()::readTree).toList();
    assertThat(lines.getFirst().path("what").stringValue()).isEqualTo("listening");
    assertThat(lines.getFirst().path("url").stringValue()).isEqualTo("http://127.0.0.1:" + port);
    assertThat(lines)
        .anySatisfy(line ->
            assertThat(line.path("about").stringValue(""))
                .startsWith("eth_getLogs, block " + last + ", log "));
    assertThat(lines.getLast().path("what").stringValue()).isEqualTo("ended");
  }

  @Test
  void theConfiguredNodeIsBehindItWhenNoneIsNamed() throws Exception {
    Operator operator = new Operator(directory, Map.of("RPC_URL", chain.url()));
    Running proxy = Running.line(operator, "chaos-rpc --port " + port + " --fault wrong-chain=5");
    assertThat(liar().chainId(soon())).isEqualTo(5);
    assertThat(proxy.end().out())
        .contains("wrong-chain=5: it says it belongs to chain N")
        .contains("1 × wrong-chain=5");
  }

  @Test
  void whatCannotBeginSaysWhy() throws IOException {
    Operator operator = new Operator(directory, Map.of());
    assertThat(operator.types("chaos-rpc --port 0").out()).contains("no node is named");
    assertThat(operator.types("chaos-rpc --upstream nonsense").out())
        .contains("‹hidden›")
        .doesNotContain("nonsense");
    Operator.Said unknown = operator.types("chaos-rpc --fault omit-logs");
    assertThat(unknown.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("fault omit-logs (expected: omit-block, omit-log,");
    try (var taken =
        new java.net.ServerSocket(port, 1, java.net.InetAddress.getLoopbackAddress())) {
      Operator.Said said =
          operator.types("chaos-rpc --upstream " + chain.url() + " --port " + taken.getLocalPort());
      assertThat(said.exit()).isEqualTo(ExitCode.COULD_NOT);
      assertThat(said.out()).contains("choose another with --port");
    }
  }

  private void switchTo(String faults) throws IOException {
    URI url = URI.create("http://127.0.0.1:" + port + "/chaos");
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
    connection.setConnectTimeout(20_000);
    connection.setReadTimeout(20_000);
    connection.setDoOutput(true);
    connection.getOutputStream().write(faults.getBytes(UTF_8));
    assertThat(connection.getResponseCode()).isEqualTo(200);
    connection.disconnect();
  }
}
