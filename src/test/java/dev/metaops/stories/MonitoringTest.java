package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.main.Main;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.StatusClient;
import dev.metaops.testing.StatusClient.Way;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestPrometheus;
import dev.metaops.testing.TestVenue;
import dev.metaops.testing.VenueFront;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What monitoring sees: a real Prometheus reads a real serve, and Alertmanager tells of faults. */
class MonitoringTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int MOST_SERIES = 400;
  private static final String TOKEN = "only-in-tests-0123456789";

  @AutoClose private final TestChain chain = TestChain.start();
  private final TestVenue venue = new TestVenue(chain);
  @AutoClose private final VenueFront front = new VenueFront().shows("ord_1", "SETTLED");
  private final int port = FakeServer.closedPort();
  private final int closed = FakeServer.closedPort();
  private final int statusPort = FakeServer.closedPort();
  @TempDir private Path directory;

  @BeforeEach
  void anOrderIsSettled() throws IOException {
    Files.createDirectories(directory.resolve("data"));
    Files.writeString(
        directory.resolve("own.toml"),
        """
        [orders]
        mode = "own"
        [chain]
        head-down-after = "1h"
        [listen]
        anchors = 1
        sweep-interval = "1s"
        [health]
        interval = "5s"
        [order-status]
        port = "%d"
        [frontend.app]
        url = "http://127.0.0.1:%d/v1/orders/{order}"
        state-at = "/order/state"
        every = "1s"
        """
            .formatted(statusPort, front.port()));
    Terms terms = venue.order("ord_1");
    venue.registry().create(terms);
    venue.registry().release(RegistryContract.key(terms));
    chain.mine(70);
  }

  @Test
  void everyQueryOfTheDashboardHasDataAndEachFaultReachesPeople() throws Exception {
    try (ServeProcess serve = serve();
        TestPrometheus prometheus =
            new TestPrometheus(
                directory, "127.0.0.1:" + port, TOKEN, AlertRulesTest.withoutWaiting(directory))) {
      serve.await("settled", SOON, () -> venue.state("ord_1").equals("SETTLED"));
      command("order", "states");
      StatusClient.follow(
          URI.create("http://127.0.0.1:" + statusPort),
          "ord_1",
          Way.SSE,
          Optional.empty(),
          _ -> {});
      venue.one(
          "SELECT metaops_api.raise_finding('payouts-odd', 'order ord_9', 'P1', 'it is', '{}')");
      venue.one(
          "SELECT metaops_api.raise_finding('payouts-late', 'order ord_8', 'P2', 'one', '{}')");

      everyQueryHasData(serve, prometheus);
      assertThat(text()).as("no secret").doesNotContain("only-in-tests");
      assertThat(series()).isLessThan(MOST_SERIES);
      assertThat(names()).isEqualTo(documented());
      assertThat(command("metrics", "show")).contains("rows can be believed", "head age");

      assertReached(serve, prometheus, "MetaopsFindingP1", "MetaopsFindingP2");
      assertReached(serve, prometheus, "MetaopsProviderUnusable");
      assertThat(prometheus.reached()).doesNotContain("MetaopsFrozen", "MetaopsLedgerGap");

      front.behaves(_ -> VenueFront.Answer.of(503, ""));
      serve.await("a finding", SOON, () -> found("frontend-down"));
      HttpResponse<String> seen = answer("/health/frontend");
      assertThat(seen.statusCode()).isEqualTo(503);
      assertThat(seen.body()).contains("health-frontend/1", "app HTTP 503 (expected: 200)");
      assertReached(serve, prometheus, "MetaopsFrontendFailing");
      front.behavesWell();
      serve.await("its end", SOON, () -> !found("frontend-down"));

      venue.one("SELECT metaops_api.freeze('f-1', 'ada', 'odd payouts', now())");
      assertReached(serve, prometheus, "MetaopsFrozen", "MetaopsRowsNotBelievable");

      chain.close();
      assertReached(serve, prometheus, "MetaopsComponentDown", "MetaopsListenerBlind");

      venue.one("DELETE FROM metaops.certificate RETURNING 1");
      assertReached(serve, prometheus, "MetaopsLedgerGap");

      serve.process().destroyForcibly();
      assertThat(ServeProcess.becomes(SOON, () -> prometheus.reached().contains("MetaopsDown")))
          .isTrue();
    }
  }

  private boolean found(String code) {
    return !venue
        .all(
            "SELECT subject FROM metaops.finding WHERE cleared_at IS NULL AND code = '"
                + code
                + "'")
        .isEmpty();
  }

  private static void assertReached(
      ServeProcess serve, TestPrometheus prometheus, String... alerts) {
    List<String> expected = List.of(alerts);
    serve.await(
        expected
            + " beside "
            + prometheus.reached()
            + prometheus.query("{__name__=~\"metaops_rpc.*\"}"),
        SOON,
        () -> prometheus.reached().containsAll(expected));
  }

  private void everyQueryHasData(ServeProcess serve, TestPrometheus prometheus) throws IOException {
    Set<String> without = new TreeSet<>(dashboard());
    assertThat(without).hasSizeGreaterThan(25);
    ServeProcess.becomes(
        SOON,
        () -> {
          without.removeIf(query -> !prometheus.query(query).isEmpty());
          return without.isEmpty();
        });
    assertThat(without).as(serve.output()).isEmpty();
  }

  /** As Grafana sends them. */
  private static Set<String> dashboard() throws IOException {
    JsonNode root =
        JsonMapper.shared()
            .readTree(
                Files.readString(TestChain.checkout().resolve("monitoring/grafana/metaops.json")));
    return root.findValues("expr").stream()
        .map(query -> query.asString().replace("$__rate_interval", "10s"))
        .collect(Collectors.toSet());
  }

  private HttpResponse<String> answer(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + TOKEN)
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private String text() throws IOException, InterruptedException {
    HttpResponse<String> answer = answer("/metrics");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/plain; version=0.0.4");
    return answer.body();
  }

  private Set<String> names() throws IOException, InterruptedException {
    return Pattern.compile("^(metaops_[a-z_]+)", Pattern.MULTILINE)
        .matcher(text())
        .results()
        .map(found -> found.group(1).replaceFirst("_seconds_(bucket|count|sum|max)$", "_seconds"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> documented() throws IOException {
    return Pattern.compile("^\\| `(metaops_[a-z_]+)`", Pattern.MULTILINE)
        .matcher(Files.readString(TestChain.checkout().resolve("docs/metrics.md")))
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private long series() throws IOException, InterruptedException {
    return Pattern.compile("^[a-z]", Pattern.MULTILINE).matcher(text()).results().count();
  }

  private ServeProcess serve() {
    return ServeProcess.start(
        Main.class.getName(), List.of("serve"), environment(), directory.resolve("serve.log"));
  }

  private String command(String... words) {
    try (ServeProcess command =
        ServeProcess.start(
            Main.class.getName(),
            List.of(words),
            environment(),
            directory.resolve(words[0] + ".log"))) {
      assertThat(command.awaitEnd(SOON)).isZero();
      return command.output();
    }
  }

  private Map<String, String> environment() {
    return Map.of(
        "METAOPS_TOKEN", TOKEN,
        "DATABASE_URL", venue.orders().url().secretText(),
        "OPS_DATABASE_URL", TestPostgres.emptyDatabase().url().secretText(),
        "RPC_URL", chain.url() + ",http://127.0.0.1:" + closed,
        "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text(),
        "METAOPS_PORT", Integer.toString(port),
        "METAOPS_DATA_DIR", directory.resolve("data").toString(),
        "METAOPS_CONFIG", directory.resolve("own.toml").toString());
  }
}
