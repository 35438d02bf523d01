package dev.metaops.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.finding.Finding;
import dev.metaops.finding.Severity;
import dev.metaops.meter.Family;
import dev.metaops.meter.Loop;
import dev.metaops.meter.Meters;
import dev.metaops.meter.Sample;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestReceiver;
import dev.metaops.time.SystemTicker;
import dev.metaops.time.Ticker;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.sentry.Sentry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What leaves a process, checked against receivers on loopback. */
@Timeout(30)
class TelemetryTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String PASSWORD = "pl4nted-p@ssword";
  private static final String RPC_KEY = "pl4ntedRpcKey000111222";
  private static final String PRIVATE_KEY = "0x" + "5ec2e7".repeat(10) + "5ec2";
  private static final Ticker TICKER = SystemTicker.SYSTEM;

  @TempDir private Path directory;
  @AutoClose private final TestReceiver receiver = TestReceiver.taking();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<String> told = new CopyOnWriteArrayList<>();

  private Telemetry begin(Map<String, String> more) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "METAOPS_ENVIRONMENT", "staging",
                "EXPECTED_CHAIN_ID", "137",
                "DATABASE_URL", "postgres://ops:pl4nted-p%40ssword@db.example/venue",
                "RPC_URL", "https://rpc.example/v2/" + RPC_KEY,
                "PRIVATE_KEY", PRIVATE_KEY));
    environment.putAll(more);
    Configuration configuration =
        Configuration.read(
            new Where(
                environment,
                Optional.empty(),
                Optional.empty(),
                Where.UsualFile.LOOKED_FOR,
                directory,
                directory.resolve("home")));
    assertThat(configuration.problems()).isEmpty();
    return Telemetry.begin(configuration, TICKER, lines::add, told::add);
  }

  private static Map<String, String> logtail(String url) {
    return Map.of("LOGTAIL_SOURCE_TOKEN", "pl4ntedToken", "LOGTAIL_INGESTING_HOST", url);
  }

  private Log log(String who) {
    return new Log(who, _ -> {});
  }

  private static RuntimeException defect() {
    return new IllegalStateException(
        "cannot go on with " + PASSWORD,
        new IllegalArgumentException("https://rpc.example/v2/" + RPC_KEY + " said " + PRIVATE_KEY));
  }

  private void await(String what, BooleanSupplier isSo) {
    assertThat(ServeProcess.becomes(SOON, isSo))
        .as(what + "; told: " + told + "; taken: " + receiver.taken().size())
        .isTrue();
  }

  private List<JsonNode> events() {
    return receiver.taken().stream().flatMap(each -> each.sentryEvents().stream()).toList();
  }

  private List<JsonNode> logged() {
    return receiver.taken().stream().flatMap(each -> each.logtailLines().stream()).toList();
  }

  private void assertNoSecretLeft() {
    String key = PRIVATE_KEY.substring(2);
    for (TestReceiver.Taken taken : receiver.taken()) {
      String all = taken.all().replace("Authorization=Bearer pl4ntedToken", "");
      assertThat(all).doesNotContain(PASSWORD, "pl4nted-p%40", RPC_KEY, key, "pl4ntedToken");
    }
  }

  @Test
  void aDefectReachesSentryWithItsTraceAndWhatWasSaidBeforeAndWithoutASecret() {
    String dsnKey = "9f1c2ab0339f1c2ab033";
    try (Telemetry _ = begin(Map.of("SENTRY_DSN", receiver.dsn(dsnKey)))) {
      log("listen").accept("asks " + PASSWORD + " at block 7");
      log("health").defect("this look failed: " + defect(), defect());
      await("the report arrives", () -> !events().isEmpty());
    }
    JsonNode event = events().getFirst();
    assertThat(receiver.taken().getFirst().path()).isEqualTo("/api/7/envelope/");
    assertThat(receiver.taken().getFirst().headers().get("X-Sentry-Auth"))
        .contains("sentry_version=7", "sentry_key=" + dsnKey);
    assertThat(event.path("environment").asString()).isEqualTo("staging");
    assertThat(event.path("release").asString()).matches("metaops@.+");
    assertThat(event.path("tags").path("chain").asString()).isEqualTo("137");
    assertThat(event.path("level").asString()).isEqualTo("error");
    assertThat(event.path("logger").asString()).isEqualTo("metaops.health");
    assertThat(event.path("message").path("formatted").asString())
        .startsWith("this look failed: ")
        .contains("‹hidden›");
    List<JsonNode> exceptions = event.path("exception").path("values").valueStream().toList();
    assertThat(exceptions)
        .extracting(each -> each.path("type").asString())
        .containsExactlyInAnyOrder("IllegalArgumentException", "IllegalStateException");
    assertThat(exceptions)
        .allSatisfy(each -> assertThat(each.path("value").asString()).contains("‹hidden›"))
        .allSatisfy(each ->
            assertThat(each.path("stacktrace").path("frames").toString())
                .contains("TelemetryTest", "\"function\":\"defect\""));
    assertThat(event.path("breadcrumbs").toString()).contains("asks ‹hidden› at block 7");
    assertThat(event.has("server_name")).isFalse();
    assertThat(event.has("user")).isFalse();
    assertNoSecretLeft();
    assertThat(told).isEmpty();
  }

  @Test
  void theSameDefectAgainIsNotReportedAgainAndWhatIsExpectedNever() {
    try (Telemetry _ = begin(Map.of("SENTRY_DSN", receiver.dsn("abcdef0123456789")))) {
      for (int again = 0; again < 5; again++) {
        log("health").defect("this look failed", defect());
      }
      log("orders").accept("waits: the database does not answer");
      FindingLog.raised(finding());
    }
    assertThat(events()).hasSize(1);
  }

  @Test
  void whatEndsAThreadIsReportedToo() throws Exception {
    try (Telemetry _ = begin(Map.of("SENTRY_DSN", receiver.dsn("abcdef0123456789")))) {
      Thread.ofPlatform()
          .name("seal")
          .start(() -> {
            throw new UnsupportedOperationException(PASSWORD);
          })
          .join();
    }
    assertThat(events().getFirst().path("message").path("formatted").asString())
        .isEqualTo("a defect ended thread seal");
    assertNoSecretLeft();
  }

  @Test
  void everyLineReachesLogtailAsDocumentedAndWithoutASecret() {
    try (Telemetry _ = begin(logtail(receiver.url()))) {
      log("listen").accept("at its head, as " + PASSWORD);
      log("health").defect("this look failed", defect());
      FindingLog.raised(finding());
      await("they arrive", () -> !receiver.taken().isEmpty() && logged().size() == 3);
    }
    TestReceiver.Taken request = receiver.taken().getFirst();
    assertThat(request.headers())
        .containsEntry("Authorization", "Bearer pl4ntedToken")
        .containsEntry("Content-Type", "application/json");
    JsonNode line = logged().getFirst();
    assertThat(line.path("dt").asString()).matches("20[0-9-]{8}T[0-9:.]+Z");
    assertThat(line.path("message").asString()).isEqualTo("at its head, as ‹hidden›");
    assertThat(line.path("level").asString()).isEqualTo("INFO");
    assertThat(line.path("logger").asString()).isEqualTo("metaops.listen");
    assertThat(line.path("environment").asString()).isEqualTo("staging");
    assertThat(line.path("release").asString()).startsWith("metaops@");
    assertThat(line.path("chain").asLong()).isEqualTo(137);
    assertThat(logged().get(1).path("stack_trace").asString())
        .contains("IllegalStateException: cannot go on with ‹hidden›", "TelemetryTest.defect");
    JsonNode raised = logged().get(2);
    assertThat(raised.path("level").asString()).isEqualTo("ERROR");
    assertThat(raised.path("finding").asString()).isEqualTo("event-missed");
    assertThat(raised.path("subject").asString()).isEqualTo("order ord_7");
    assertThat(raised.path("evidence").path("seen").asString()).isEqualTo("with ‹hidden›");
    assertNoSecretLeft();
  }

  private static Finding finding() {
    return Finding.of(
        "event-missed",
        "order ord_7",
        Severity.P1,
        "ord_7 was settled and nobody saw it",
        Map.of("seen", "with " + PASSWORD));
  }

  @Test
  void asJsonEachLineOfStandardErrorIsAnObjectAndNoSentenceStandsBetween() {
    try (Telemetry _ = begin(Map.of("METAOPS_LOG_FORMAT", "json"))) {
      log("listen").accept("at its \"head\"\nas " + PASSWORD);
      LoggerFactory.getLogger("org.library").warn("odd {}", RPC_KEY);
    }
    assertThat(lines).hasSize(2);
    JsonNode first = JsonMapper.shared().readTree(lines.getFirst());
    assertThat(first.propertyNames())
        .contains("@timestamp", "level", "logger", "message", "environment", "release", "chain");
    assertThat(first.path("message").asString()).isEqualTo("at its \"head\"\nas ‹hidden›");
    assertThat(lines.get(1)).contains("odd ‹hidden›", "org.library");
    log("listen").accept("after the end");
    assertThat(lines).hasSize(2);
  }

  @Test
  void aLongTextIsShortenedOnlyAfterItsSecretsAreCut() {
    try (Telemetry _ = begin(Map.of("METAOPS_LOG_FORMAT", "json"))) {
      for (int before = 0; before < RPC_KEY.length() + 40; before += 5) {
        String text = "x".repeat(16_384 - before) + RPC_KEY + "x".repeat(1_000);
        log("health").defect(text, new IllegalStateException(text));
      }
    }
    assertThat(lines)
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(40_000).doesNotContain("pl4nt"));
  }

  @Test
  void nothingIsBegunForWhatIsNotConfigured() {
    try (Telemetry telemetry = begin(Map.of())) {
      telemetry.push((_, _) -> {
        throw new AssertionError("nobody asked");
      });
      log("listen").defect("a defect", defect());
      LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
      assertThat(context.getLogger("metaops").getLevel()).isEqualTo(Level.OFF);
      assertThat(Sentry.isEnabled()).isFalse();
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .doesNotContain("logtail", "otlp");
      assertThat(telemetry.lost().values()).containsOnly(0L);
    }
    assertThat(lines).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void theSameNumbersArePushedAsOpenTelemetrysVariablesSay() throws Exception {
    Map<String, Metric> metrics;
    Map<String, String> resource;
    try (Meters meters = meters();
        Telemetry telemetry =
            begin(
                Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url() + "/otlp",
                    "OTEL_EXPORTER_OTLP_HEADERS", "api-key=pl4nted%20header",
                    "OTEL_EXPORTER_OTLP_COMPRESSION", "gzip",
                    "OTEL_METRIC_EXPORT_INTERVAL", "50",
                    "OTEL_SERVICE_NAME", "venue-ops",
                    "OTEL_RESOURCE_ATTRIBUTES", "team=payments,service.name=other"))) {
      telemetry.push(meters::otlp);
      await("twice", () -> receiver.taken().size() >= 2);
      TestReceiver.Taken push = receiver.taken().getFirst();
      assertThat(push.path()).isEqualTo("/otlp/v1/metrics");
      assertThat(push.headers())
          .containsEntry("Content-Type", "application/x-protobuf")
          .containsEntry("api-key", "pl4nted header");
      var whole = ExportMetricsServiceRequest.parseFrom(push.body()).getResourceMetrics(0);
      metrics =
          whole.getScopeMetrics(0).getMetricsList().stream()
              .collect(Collectors.toMap(Metric::getName, each -> each));
      resource =
          whole.getResource().getAttributesList().stream()
              .collect(
                  Collectors.toMap(
                      each -> each.getKey(), each -> each.getValue().getStringValue()));
    }
    assertThat(resource)
        .containsEntry("service.name", "venue-ops")
        .containsEntry("team", "payments")
        .containsEntry("deployment.environment.name", "staging")
        .containsKey("service.version");
    assertThat(metric(metrics, "metaops_ledger_gaps").getGauge().getDataPoints(0).getAsDouble())
        .isEqualTo(3);
    Sum events = metric(metrics, "metaops_events").getSum();
    assertThat(events.getIsMonotonic()).isTrue();
    assertThat(events.getDataPoints(0).getAsDouble()).isEqualTo(41);
    assertThat(events.getDataPoints(0).getAttributes(0).getValue().getStringValue())
        .isEqualTo("‹hidden›");
    assertThat(events.getDataPoints(0).getStartTimeUnixNano()).isPositive();
    HistogramDataPoint turns =
        metric(metrics, "metaops_loop_turn_seconds").getHistogram().getDataPoints(0);
    assertThat(turns.getCount()).isEqualTo(2);
    assertThat(turns.getSum()).isEqualTo(2.02);
    assertThat(turns.getBucketCountsList().stream().mapToLong(Long::longValue).sum()).isEqualTo(2);
    assertThat(turns.getBucketCountsCount()).isEqualTo(turns.getExplicitBoundsCount() + 1);
    assertThat(metrics).containsKey("jvm_memory_used_bytes");
    receiver.taken().forEach(each -> assertThat(each.text()).doesNotContain(RPC_KEY));
  }

  private static Metric metric(Map<String, Metric> metrics, String name) {
    return Optional.ofNullable(metrics.get(name)).orElseThrow();
  }

  private static Meters meters() {
    Meters meters = new Meters(TICKER);
    meters.read(Family.gauge("metaops_ledger_gaps", "gaps"), () -> List.of(Sample.of(3)));
    meters.read(
        Family.counter("metaops_events", "events", "outcome"),
        () -> List.of(Sample.of(41, RPC_KEY)));
    Loop loop = meters.loop("sweep");
    loop.turned(Loop.Turn.DONE, Duration.ofMillis(20));
    loop.turned(Loop.Turn.DONE, Duration.ofSeconds(2));
    return meters;
  }

  @Test
  void aReceiverThatHangsOrIsGoneHoldsUpNobodyAndWhatIsLostIsSaid() throws Exception {
    try (TestReceiver hanging = TestReceiver.in(new TestReceiver.Mood.Hanging())) {
      String closed = "127.0.0.1:" + FakeServer.closedPort();
      for (String place : List.of(hanging.url(), "http://" + closed)) {
        told.clear();
        assertThat(holdsUpNobody(place)).as(place).containsEntry("sentry", 1L);
        assertThat(String.join("\n", told))
            .contains("lines of the log for Logtail were lost", "pushed metrics");
      }
    }
  }

  @Test
  void aReceiverThatAnswersOddlyHoldsUpNobody() throws Exception {
    for (TestReceiver.Mood mood :
        List.of(
            new TestReceiver.Mood.Answering(429, 60),
            new TestReceiver.Mood.Answering(500, 0),
            new TestReceiver.Mood.Answering(403, 0))) {
      try (TestReceiver odd = TestReceiver.in(mood)) {
        assertThat(holdsUpNobody(odd.url())).as(mood.toString()).containsEntry("sentry", 1L);
      }
    }
  }

  /** What was lost. */
  private Map<String, Long> holdsUpNobody(String place) throws Exception {
    Map<String, String> all = new HashMap<>(logtail(place));
    all.put("SENTRY_DSN", place.replace("://", "://abcdef0123456789@") + "/7");
    all.put("OTEL_EXPORTER_OTLP_ENDPOINT", place);
    all.put("OTEL_METRIC_EXPORT_INTERVAL", "20");
    all.put("OTEL_EXPORTER_OTLP_TIMEOUT", "100");
    Telemetry telemetry = begin(all);
    long begun;
    try (Meters meters = meters()) {
      telemetry.push(meters::otlp);
      begun = System.nanoTime();
      for (int said = 0; said < 2 * LogtailAppender.MOST_LINES; said++) {
        log("listen").accept("block " + said);
      }
      log("health").defect("this look failed", defect());
      assertThat(since(begun)).as("speaking, with " + place).isLessThan(Duration.ofSeconds(4));
      await("lost", () -> telemetry.lost().getOrDefault("logtail", 0L) >= 2_000);
      await("pushed", () -> telemetry.lost().getOrDefault("otlp", 0L) >= 1);
    } finally {
      begun = System.nanoTime();
      telemetry.close();
    }
    assertThat(since(begun)).as("ending, with " + place).isLessThan(Duration.ofSeconds(2));
    long ofTheTest = 2L * LogtailAppender.MOST_LINES + 1;
    assertThat(telemetry.lost().getOrDefault("logtail", 0L))
        .as("every line, and the few that say what does not arrive")
        .isBetween(ofTheTest, ofTheTest + 4);
    return telemetry.lost();
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  @Test
  void whatWasNotTakenIsSentAgainWhenItIsAndNothingIsMissing() {
    receiver.become(new TestReceiver.Mood.Answering(503, 0));
    try (Telemetry telemetry = begin(logtail(receiver.url()))) {
      log("listen").accept("one");
      await("refused once", () -> !receiver.taken().isEmpty());
      receiver.become(new TestReceiver.Mood.Taking());
      log("listen").accept("two");
      await("arrive again", () -> told.stream().anyMatch(line -> line.contains("arrive again")));
      assertThat(telemetry.lost()).containsEntry("logtail", 0L);
    }
    assertThat(told)
        .containsExactly(
            "lines of the log for Logtail do not arrive: it answers 503",
            "lines of the log for Logtail arrive again");
    assertThat(Stream.of("one", "two"))
        .allMatch(text ->
            logged().stream().anyMatch(line -> line.path("message").asString().equals(text)));
  }

  @Test
  void aTokenThatIsRefusedIsSaidAsSuchAndItsLinesAreNotSentAgain() {
    receiver.become(new TestReceiver.Mood.Answering(403, 0));
    try (Telemetry telemetry = begin(logtail(receiver.url()))) {
      log("listen").accept("one");
      await("lost", () -> telemetry.lost().containsValue(1L));
    }
    assertThat(told)
        .first()
        .asString()
        .contains("LOGTAIL_SOURCE_TOKEN is refused, or is of a source with another host");
  }
}
