package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.main.Main;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a process that serves answers over HTTP. */
class EndpointsTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String TOKEN = "only-in-tests-0123456789";
  private static final String CLOSING = "\r\nConnection: close\r\n\r\n";
  private static final Pattern LENGTH = Pattern.compile("Content-Length: ([0-9]+)");
  private static final Pattern ANSWERS = Pattern.compile("answers on (http://[^/]+)/");

  @AutoClose private final TestChain chain = TestChain.start();
  @AutoClose private final HttpClient client = HttpClient.newHttpClient();
  private final TestVenue venue = new TestVenue(chain);
  @TempDir private Path directory;

  @Test
  void healthReadinessAndTruthOfOneThatFollows() throws Exception {
    chain.mine(3);
    try (ServeProcess serve = serve("first", Map.of())) {
      String at = address(serve);
      awaitStatus(serve, at + "/health/truth", 200);

      JsonNode truth = json(get(at + "/health/truth"));
      assertThat(truth.path("shape").asString()).isEqualTo("health-truth/1");
      assertThat(truth.path("holds").asBoolean()).isTrue();
      assertThat(truth.path("this_process").asString()).isEqualTo("follows");
      assertThat(truth.path("budgets").valueStream().map(b -> b.path("name").asString()))
          .contains("lease", "head age", "finality", "gaps", "unproved final blocks", "frozen");
      assertThat(get(at + "/health/live").statusCode()).isEqualTo(200);
      assertThat(json(get(at + "/health/ready")).path("ready").asBoolean()).isTrue();
      for (String component : List.of("database", "blockchain", "listener")) {
        HttpResponse<String> answer = get(at + "/health/" + component);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).path("shape").asString()).isEqualTo("health-" + component + "/1");
      }
      HttpResponse<String> summary = get(at + "/health");
      assertThat(summary.statusCode()).as(summary.body()).isEqualTo(200);
      assertThat(summary.headers().firstValue("Cache-Control")).contains("no-store");

      assertThat(send(at + "/health/nothing", "GET").statusCode()).isEqualTo(404);
      HttpResponse<String> posted = send(at + "/health", "POST");
      assertThat(posted.statusCode()).isEqualTo(405);
      assertThat(posted.headers().firstValue("Allow")).contains("GET, HEAD");
      HttpResponse<String> head = send(at + "/health/live", "HEAD");
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
      assertThat(untilClosed(URI.create(at)))
          .as("one that reads until the end is not left waiting")
          .contains("health-live/1");

      venue.one(
          "SELECT count(metaops_api.raise_finding('odd', 'note ' || n, 'P3', 'odd', '{}'))"
              + " FROM generate_series(1, 40) n");
      venue.one(
          "SELECT metaops_api.raise_finding('payouts-odd', 'order ord_9', 'P1', 'ord_9: twice',"
              + " '{}')");
      awaitStatus(serve, at + "/health/truth", 503);
      assertThat(json(get(at + "/health/truth")).path("reasons").toString())
          .as("forty older notes hide nothing")
          .contains("ord_9: twice");

      venue.one("SELECT metaops_api.freeze('f-1', 'ada', 'odd payouts', now())");
      serve.await(
          "frozen", SOON, () -> get(at + "/health/truth").body().contains("frozen: by ada"));
      assertThat(get(at + "/health/truth").body()).contains("odd payouts");
      assertThat(json(send(at + "/health/truth", "GET", Map.of())).path("reasons").toString())
          .as("whoever asks is told what, and neither who nor which")
          .contains("findings: DOWN (expected: none)", "frozen: DOWN (expected: no)")
          .doesNotContain("ord_9", "ada", "odd payouts");
      assertThat(get(at + "/health/ready").statusCode()).as("nothing of the world").isEqualTo(200);

      serve.process().destroy();
      assertThat(serve.awaitEnd(SOON)).isEqualTo(143);
      assertThat(venue.one("SELECT coalesce(lease_holder, 'free') FROM metaops.stream"))
          .isEqualTo("free");
    }
  }

  @Test
  void whoeverAsksIsToldHowItIsAndOnlyTheTokenOpensMore() throws Exception {
    try (ServeProcess serve = serve("first", Map.of())) {
      String at = address(serve);
      for (String path : List.of("/health", "/health/live", "/health/ready", "/health/truth")) {
        HttpResponse<String> open = send(at + path, "GET", Map.of());
        assertThat(open.statusCode()).as(path).isIn(200, 503);
        assertThat(open.body())
            .as("no address, no value, no name")
            .doesNotContain("127.0.0.1", "value", "holder", "process", "postgres");
      }
      assertThat(json(send(at + "/health", "GET", Map.of())).path("components").size())
          .isGreaterThan(2);
      for (String path :
          List.of("/", "/live", "/metrics", "/health/database", "/console/page.js")) {
        HttpResponse<String> closed = send(at + path, "GET", Map.of());
        assertThat(closed.statusCode()).as(path).isEqualTo(401);
        assertThat(closed.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic");
        assertThat(closed.body()).contains("http-token").doesNotContain(TOKEN);
      }
      String wrong = "Bearer " + TOKEN + "0";
      for (String path : List.of("/", "/health/live")) {
        assertThat(send(at + path, "GET", Map.of("Authorization", wrong)).statusCode())
            .isEqualTo(401);
      }
      String basic =
          Base64.getEncoder().encodeToString(("anyone:" + TOKEN).getBytes(StandardCharsets.UTF_8));
      assertThat(
              send(at + "/health/database", "GET", Map.of("Authorization", "Basic " + basic))
                  .body())
          .contains("vitals");
      assertThat(send(at + "/", "GET", Map.of("Accept", "text/html")).body())
          .startsWith("\n<!doctype html>");
      URI there = URI.create(at);
      String authorized = "Authorization: Bearer " + TOKEN;
      assertThat(asked(there, "/health", "Host: venue.example")).contains("421", "http.hosts");
      assertThat(asked(there, "/", "Host: venue.example", authorized)).contains("421");
      assertThat(asked(there, "/", "Host: localhost", "Origin: http://venue.example", authorized))
          .contains("421");
      assertThat(asked(there, "/", "Host: localhost", authorized)).contains("200 OK");
    }
  }

  @Test
  void aReplicaThatOnlyWaitsTellsTheTruthToo() throws Exception {
    chain.mine(3);
    try (ServeProcess first = serve("first", Map.of());
        ServeProcess second = secondAfter(first)) {
      String at = address(second);
      second.await("waits", SOON, () -> second.output().contains("waits:"));
      awaitStatus(second, at + "/health/truth", 200);
      JsonNode truth = json(get(at + "/health/truth"));
      assertThat(truth.path("this_process").asString()).isEqualTo("waits");
      assertThat(truth.path("holder").asString()).contains("/" + first.process().pid() + "/");
    }
  }

  private ServeProcess secondAfter(ServeProcess first) {
    first.await("at the head", SOON, () -> first.output().contains("at its head"));
    return serve("second", Map.of());
  }

  @Test
  void withNodeAndDatabaseGoneItSaysSoWithinThreeSecondsAndStaysReady() throws Exception {
    String nowhere = "http://127.0.0.1:" + FakeServer.closedPort();
    String secret = "postgres://nobody:hunter2@127.0.0.1:" + FakeServer.closedPort() + "/nowhere";
    try (ServeProcess serve = serve("first", Map.of("RPC_URL", nowhere, "DATABASE_URL", secret))) {
      String at = address(serve);
      HttpResponse<String> summary = get(at + "/health");
      assertThat(summary.statusCode()).isEqualTo(503);
      assertThat(json(summary).path("overall").asString()).isEqualTo("DOWN");
      HttpResponse<String> truth = get(at + "/health/truth");
      assertThat(truth.statusCode()).isEqualTo(503);
      assertThat(json(truth).path("reasons")).isNotEmpty();
      assertThat(get(at + "/health/ready").statusCode()).isEqualTo(200);
      assertThat(summary.body() + truth.body()).doesNotContain("hunter2");
    }
  }

  @Test
  void nodeAndDatabaseThatNeverAnswerKeepNobodyWaiting() throws Exception {
    try (FakeServer silent = FakeServer.silent();
        ServeProcess serve =
            serve(
                "first",
                Map.of(
                    "RPC_URL", "http://127.0.0.1:" + silent.port(),
                    "DATABASE_URL", "postgres://nobody:x@127.0.0.1:" + silent.port() + "/hangs"))) {
      String at = address(serve);
      // The client gives up after 10 s.
      assertThat(get(at + "/health").statusCode()).isEqualTo(503);
      assertThat(get(at + "/health/database").statusCode()).isEqualTo(503);
      assertThat(get(at + "/health/truth").statusCode()).isEqualTo(503);
      assertThat(get(at + "/health/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aPortThatIsTakenNamesItsHolderAndIsTakenOnceFree() throws Exception {
    ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    String port = Integer.toString(taken.getLocalPort());
    try (ServeProcess serve = serve("first", Map.of("METAOPS_PORT", port))) {
      serve.await("said", SOON, () -> serve.output().contains("NO ENDPOINTS"));
      assertThat(serve.output()).contains("process " + ProcessHandle.current().pid());
      serve.await("follows", SOON, () -> serve.output().contains("at its head"));
      taken.close();
      serve.await("answers", SOON, () -> serve.output().contains("answers on http"));
      assertThat(get(address(serve) + "/health/live").statusCode()).isEqualTo(200);
    } finally {
      taken.close();
    }
  }

  private ServeProcess serve(String name, Map<String, String> more) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "DATABASE_URL", venue.orders().url().secretText(),
                "OPS_DATABASE_URL", TestPostgres.emptyDatabase().url().secretText(),
                "RPC_URL", chain.url(),
                "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text(),
                "METAOPS_PORT", "0",
                "METAOPS_TOKEN", TOKEN,
                "METAOPS_DATA_DIR", directory.resolve(name).toString(),
                "METAOPS_CONFIG", configuration().toString()));
    environment.putAll(more);
    return ServeProcess.start(
        Main.class.getName(), List.of("serve"), environment, directory.resolve(name + ".log"));
  }

  /** A chain that makes a block only when told to has an old head. */
  private Path configuration() {
    try {
      return Files.writeString(
          directory.resolve("own.toml"),
          "[orders]\nmode = \"own\"\n[chain]\nhead-down-after = \"1h\"\n");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String address(ServeProcess serve) {
    serve.await("answers", SOON, () -> ANSWERS.matcher(serve.output()).find());
    Matcher found = ANSWERS.matcher(serve.output());
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  private void awaitStatus(ServeProcess serve, String address, int status) {
    serve.await(address + " answers " + status, SOON, () -> get(address).statusCode() == status);
  }

  private HttpResponse<String> get(String address) {
    try {
      return send(address, "GET");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(address, e);
    }
  }

  private HttpResponse<String> send(String address, String method)
      throws IOException, InterruptedException {
    return send(address, method, Map.of("Authorization", "Bearer " + TOKEN));
  }

  private HttpResponse<String> send(String address, String method, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address))
            .timeout(Duration.ofSeconds(10))
            .method(method, HttpRequest.BodyPublishers.noBody());
    headers.forEach(request::header);
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Asks as an old client does and reads until the other side closes. */
  private static String untilClosed(URI at) throws IOException {
    try (Socket socket = asking(at, "/health/live", "Host: localhost")) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Head and body of what is answered to these headers and no others. */
  private static String asked(URI at, String path, String... headers) throws IOException {
    try (Socket socket = asking(at, path, headers)) {
      InputStream in = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.read());
      }
      Matcher length = LENGTH.matcher(head);
      assertThat(length.find()).as(head.toString()).isTrue();
      byte[] body = in.readNBytes(Integer.parseInt(length.group(1)));
      return head + new String(body, StandardCharsets.UTF_8);
    }
  }

  private static Socket asking(URI at, String path, String... headers) throws IOException {
    Socket socket = new Socket(at.getHost(), at.getPort());
    socket.setSoTimeout(10_000);
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers) + CLOSING)
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }
}
