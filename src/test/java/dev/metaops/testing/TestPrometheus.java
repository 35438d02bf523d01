package dev.metaops.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real Prometheus that scrapes once a second, a real Alertmanager behind it, and a receiver that
 * keeps the names of the alerts that reached it. All end with {@link #close}, or when this JVM
 * does.
 */
public final class TestPrometheus implements AutoCloseable {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** Ends the server once its standard input ends: our death closes it, kill -9 included. */
  private static final String KEEPER = "\"$@\" & server=$!; read _; kill $server; wait";

  private final Path directory;
  private final List<Process> keepers = new ArrayList<>();
  private final Set<String> reached = new ConcurrentSkipListSet<>();
  private final HttpServer receiver;
  private final int port = FakeServer.closedPort();

  /**
   * @param target host and port of the metaops that is read, as the job metaops
   * @param token opens it
   * @param rules with no waiting in them
   */
  public TestPrometheus(Path directory, String target, String token, Path rules) {
    this.directory = directory;
    try {
      receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      receiver.createContext(
          "/",
          exchange -> {
            JsonNode body = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
            for (JsonNode alert : body.path("alerts")) {
              if (alert.path("status").asString().equals("firing")) {
                reached.add(alert.path("labels").path("alertname").asString());
              }
            }
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      receiver.start();
      int alertmanager = FakeServer.closedPort();
      start(
          directory,
          "alertmanager",
          """
          route: { receiver: here, group_by: [alertname], group_wait: 0s, group_interval: 1s }
          receivers:
            - name: here
              webhook_configs: [ { url: "http://127.0.0.1:%d/" } ]
          """
              .formatted(receiver.getAddress().getPort()),
          DebianTool.withItsFiles(DebianTool.of("prometheus-alertmanager")),
          "--storage.path=" + directory.resolve("alertmanager-data"),
          "--web.listen-address=127.0.0.1:" + alertmanager,
          "--cluster.listen-address=");
      start(
          directory,
          "prometheus",
          """
          global: { scrape_interval: 1s, evaluation_interval: 1s }
          rule_files: [ "%s" ]
          scrape_configs:
            - job_name: metaops
              authorization: { credentials_file: "%s" }
              static_configs: [ { targets: [ "%s" ] } ]
          alerting:
            alertmanagers:
              - static_configs: [ { targets: [ "127.0.0.1:%d" ] } ]
          """
              .formatted(
                  rules,
                  Files.writeString(directory.resolve("token"), token),
                  target,
                  alertmanager),
          List.of(DebianTool.of("prometheus").toString()),
          "--storage.tsdb.path=" + directory.resolve("prometheus-data"),
          "--web.listen-address=127.0.0.1:" + port);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private void start(
      Path directory, String name, String configuration, List<String> tool, String... options)
      throws IOException {
    Path file = Files.writeString(directory.resolve(name + ".yml"), configuration);
    List<String> command = new ArrayList<>(List.of("sh", "-c", KEEPER, "sh"));
    command.addAll(tool);
    command.add("--config.file=" + file);
    command.addAll(List.of(options));
    keepers.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(name + ".log").toFile())
            .start());
  }

  /** The names of alerts that Alertmanager told people of. */
  public Set<String> reached() {
    return Set.copyOf(reached);
  }

  /** What a query answers now; an empty array while Prometheus is not up. */
  public JsonNode query(String expression) {
    return api("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
        .path("data")
        .path("result");
  }

  /** From now on nothing is scraped. */
  public void forgetsItsTarget() throws IOException {
    Path file = directory.resolve("prometheus.yml");
    Files.writeString(
        file, Files.readString(file).replaceFirst("targets: \\[[^]]+]", "targets: []"));
    for (ProcessHandle server : keepers.getLast().children().toList()) {
      new ProcessBuilder("kill", "-HUP", Long.toString(server.pid())).start();
    }
  }

  private JsonNode api(String path) {
    try {
      HttpResponse<String> answer =
          CLIENT.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      // It says so in plain text while it starts.
      return answer.statusCode() == 503
          ? JsonMapper.shared().createObjectNode()
          : JsonMapper.shared().readTree(answer.body());
    } catch (IOException notUp) {
      return JsonMapper.shared().createObjectNode();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopping);
    }
  }

  @Override
  public void close() {
    receiver.stop(0);
    for (Process keeper : keepers) {
      try {
        keeper.getOutputStream().close();
        keeper.waitFor();
      } catch (IOException gone) {
        keeper.destroyForcibly();
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
