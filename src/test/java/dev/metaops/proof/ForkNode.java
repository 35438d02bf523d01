package dev.metaops.proof;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Header;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.testing.TestChain;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An anvil of any fork, started with these arguments on a free port; mines when told. */
final class ForkNode implements AutoCloseable {
  private static final Duration STARTS_WITHIN = Duration.ofSeconds(20);

  private final Process process;
  private final String url;

  private ForkNode(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  static ForkNode start(String... arguments) {
    try {
      int port = freePort();
      List<String> command = new ArrayList<>();
      command.add(
          TestChain.devchain()
              .resolve("node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil")
              .toString());
      command.addAll(
          List.of(
              "--quiet",
              "--no-mining",
              "--host=127.0.0.1",
              "--port=" + port,
              "--gas-limit=1000000000",
              "--prune-history=16"));
      command.addAll(List.of(arguments));
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      ForkNode node = new ForkNode(process, "http://127.0.0.1:" + port);
      node.awaitStart();
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private void awaitStart() {
    Deadline deadline = Deadline.in(STARTS_WITHIN, SystemTicker.SYSTEM);
    while (true) {
      try {
        ask("eth_chainId");
        return;
      } catch (UncheckedIOException e) {
        if (deadline.hasPassed() || !process.isAlive()) {
          close();
          throw e;
        }
        rest();
      }
    }
  }

  private static void rest() {
    try {
      SystemTicker.SYSTEM.rest(Duration.ofMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  String account(int index) {
    return ask("eth_accounts").path(index).stringValue();
  }

  /** Mines a block of what waits. */
  Header mine() {
    ask("evm_mine");
    return provider().head(soon()).latest();
  }

  Header header(long number) {
    return provider().header(number, soon()).orElseThrow();
  }

  List<FullReceipt> receipts(BlockRef block) {
    return provider().receipts(List.of(block), soon()).getFirst();
  }

  private Provider provider() {
    return new Provider(
        new JsonRpc(
            Endpoint.parse("anvil", url),
            Patience.STEADY,
            SystemTicker.SYSTEM,
            new SplittableRandom(1)));
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(30), SystemTicker.SYSTEM);
  }

  /**
   * The answer's result.
   *
   * @param parameters as JSON
   */
  JsonNode ask(String method, String... parameters) {
    String question =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
            + method
            + "\",\"params\":["
            + String.join(",", parameters)
            + "]}";
    try {
      var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setConnectTimeout(2_000);
      connection.setReadTimeout(30_000);
      connection.setRequestProperty("Content-Type", "application/json");
      connection.setDoOutput(true);
      try (var out = connection.getOutputStream()) {
        out.write(question.getBytes(StandardCharsets.UTF_8));
      }
      try (var in = connection.getInputStream()) {
        JsonNode answer = JsonMapper.shared().readTree(in.readAllBytes());
        if (answer.has("error")) {
          throw new IllegalStateException(method + ": " + answer.path("error"));
        }
        return answer.path("result");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
