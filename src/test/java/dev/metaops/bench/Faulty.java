package dev.metaops.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code metaops chaos-rpc} in front of a chain. */
final class Faulty implements AutoCloseable {
  private final Running process;
  private final RawRpc control;
  private final int port;

  private Faulty(Running process, int port) {
    this.process = process;
    this.port = port;
    control = new RawRpc("http://127.0.0.1:" + port + "/chaos");
  }

  static Faulty start(
      Path root, Path directory, String name, OrdersChain chain, List<String> faults)
      throws IOException, InterruptedException {
    int port = Ports.free();
    List<String> words =
        new ArrayList<>(
            List.of(
                root.resolve("metaops").toString(),
                "chaos-rpc",
                "--upstream",
                chain.url(),
                "--upstream-ws",
                chain.webSocketUrl(),
                "--port",
                String.valueOf(port)));
    faults.forEach(fault -> words.addAll(List.of("--fault", fault)));
    Running process =
        Running.start(
            words,
            Map.of("METAOPS_NO_BUILD", "yes"),
            directory,
            directory.resolve("chaos-" + name + ".log"));
    Faulty faulty = new Faulty(process, port);
    RawRpc rpc = new RawRpc(faulty.url());
    for (int attempt = 0; ; attempt++) {
      try {
        rpc.ask("eth_chainId");
        return faulty;
      } catch (RuntimeException notYet) {
        if (attempt == 300 || !process.isAlive()) {
          process.close();
          throw new IllegalStateException(
              "chaos-rpc did not start:\n" + process.lastWords(), notYet);
        }
        Thread.sleep(50);
      }
    }
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  String webSocketUrl() {
    return "ws://127.0.0.1:" + port;
  }

  void switchTo(List<String> faults) {
    control.post(JsonMapper.shared().writeValueAsString(faults).getBytes(StandardCharsets.UTF_8));
  }

  /** How often a fault was put in, of all there were. */
  long injected() {
    JsonNode state = JsonMapper.shared().readTree(control.get());
    long count = 0;
    for (String list : List.of("faults", "earlier")) {
      for (JsonNode fault : state.path(list)) {
        count += fault.path("injected").asLong(0);
      }
    }
    return count;
  }

  @Override
  public void close() {
    process.close();
  }
}
