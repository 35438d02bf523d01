package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestReceiver;
import dev.metaops.testing.TestVenue;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a process that serves tells Sentry, Logtail and an OpenTelemetry collector. */
class TellingTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String RPC_KEY = "pl4ntedRpcKey000111222";
  private static final String PRIVATE_KEY = "0x" + "5ec2e7".repeat(10) + "5ec2";
  private static final String TOKEN = "pl4ntedSourceToken";
  private static final String SENTRY_KEY = "9f1c2ab0339f1c2ab033";

  @AutoClose private final TestChain chain = TestChain.start();
  private final TestVenue venue = new TestVenue(chain);
  @TempDir private Path directory;

  private ServeProcess serve(String name, TestReceiver receiver, Map<String, String> more) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "DATABASE_URL", venue.orders().url().secretText(),
                "OPS_DATABASE_URL", TestPostgres.emptyDatabase().url().secretText(),
                "RPC_URL", chain.url() + "/?apikey=" + RPC_KEY,
                "PRIVATE_KEY", PRIVATE_KEY,
                "METAOPS_ENVIRONMENT", "staging",
                "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text(),
                "METAOPS_DATA_DIR", directory.resolve(name).toString(),
                "METAOPS_CONFIG", configuration(),
                "DEFECT_WHEN", directory.resolve("defect").toString()));
    environment.putAll(
        Map.of(
            "SENTRY_DSN", receiver.dsn(SENTRY_KEY),
            "LOGTAIL_SOURCE_TOKEN", TOKEN,
            "LOGTAIL_INGESTING_HOST", receiver.url(),
            "OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url(),
            "OTEL_METRIC_EXPORT_INTERVAL", "300"));
    environment.putAll(more);
    return ServeProcess.start(
        DefectiveServe.class.getName(), List.of(), environment, directory.resolve(name + ".log"));
  }

  private String configuration() {
    try {
      return Files.writeString(
              directory.resolve("own.toml"),
              "[orders]\nmode = \"own\"\n[chain]\nhead-down-after = \"1h\"\n")
          .toString();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<TestReceiver.Taken> at(TestReceiver receiver, String path) {
    return receiver.taken().stream().filter(each -> each.path().equals(path)).toList();
  }

  private static List<JsonNode> events(TestReceiver receiver) {
    return at(receiver, "/api/7/envelope/").stream()
        .flatMap(each -> each.sentryEvents().stream())
        .toList();
  }

  private static List<JsonNode> lines(TestReceiver receiver) {
    return at(receiver, "/").stream().flatMap(each -> each.logtailLines().stream()).toList();
  }

  @Test
  void aDefectTheLogAndTheNumbersArriveWithEnvironmentAndReleaseAndNoSecretDoes() throws Exception {
    chain.mine(3);
    try (TestReceiver receiver = TestReceiver.taking();
        ServeProcess serve = serve("told", receiver, Map.of("METAOPS_LOG_FORMAT", "json"))) {
      serve.await("follows", SOON, () -> serve.output().contains("at its head"));
      Files.writeString(directory.resolve("defect"), "now");
      serve.await("the defect arrives", SOON, () -> !events(receiver).isEmpty());
      serve.await(
          "its line arrives",
          SOON,
          () -> lines(receiver).stream().anyMatch(line -> line.has("stack_trace")));
      serve.await("numbers arrive", SOON, () -> !at(receiver, "/v1/metrics").isEmpty());
      assertThat(serve.process().isAlive()).isTrue();
      serve.interrupt();
      serve.awaitEnd(Duration.ofSeconds(4));

      JsonNode event = events(receiver).getFirst();
      assertThat(event.path("environment").asString()).isEqualTo("staging");
      assertThat(event.path("release").asString()).startsWith("metaops@");
      assertThat(event.path("message").path("formatted").asString())
          .isEqualTo("a defect ended thread defective");
      assertThat(event.path("breadcrumbs").toString()).contains("at its head");
      assertThat(lines(receiver))
          .anySatisfy(line -> {
            assertThat(line.path("message").asString()).contains("at its head");
            assertThat(line.path("logger").asString()).isEqualTo("metaops.listen");
            assertThat(line.path("environment").asString()).isEqualTo("staging");
          });
      var pushed =
          ExportMetricsServiceRequest.parseFrom(at(receiver, "/v1/metrics").getLast().body());
      assertThat(pushed.getResourceMetrics(0).getScopeMetrics(0).getMetricsList())
          .extracting(Metric::getName)
          .contains("metaops_truth_holds", "metaops_loop_turn_seconds", "metaops_telemetry_lost");
      assertThat(serve.output().lines().filter(line -> !line.equals("stopped")))
          .allSatisfy(line ->
              assertThat(JsonMapper.shared().readTree(line).propertyNames())
                  .contains("@timestamp", "level", "logger", "message", "environment", "release"));
      assertNoSecret(receiver, serve.output());
    }
  }

  private void assertNoSecret(TestReceiver receiver, String output) {
    String password = venue.orders().url().properties().getProperty("password");
    assertThat(password).hasSizeGreaterThan(3);
    String[] secrets = {password, RPC_KEY, PRIVATE_KEY.substring(2), TOKEN};
    assertThat(output).doesNotContain(secrets);
    assertThat(receiver.taken()).isNotEmpty();
    for (TestReceiver.Taken taken : receiver.taken()) {
      assertThat(taken.all().replace("Bearer " + TOKEN, "")).doesNotContain(secrets);
    }
  }

  @Test
  void oneThatHangsHoldsUpNeitherTheLoopsNorTheEnd() throws Exception {
    chain.mine(3);
    try (TestReceiver receiver = TestReceiver.in(new TestReceiver.Mood.Hanging());
        ServeProcess serve = serve("held", receiver, Map.of())) {
      serve.await("follows", SOON, () -> serve.output().contains("at its head"));
      Files.writeString(directory.resolve("defect"), "now");
      serve.await("it is sent", SOON, () -> !at(receiver, "/api/7/envelope/").isEmpty());
      serve.await("and the log", SOON, () -> !at(receiver, "/").isEmpty());
      long head = chain.mine(2).number();
      serve.await(
          "it follows on",
          SOON,
          () -> venue.one("SELECT head_number FROM metaops.stream").equals(Long.toString(head)));
      long begun = System.nanoTime();
      serve.interrupt();
      serve.awaitEnd(Duration.ofSeconds(4));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
      assertThat(serve.output()).contains("lines of the log for Logtail were lost");
    }
  }
}
