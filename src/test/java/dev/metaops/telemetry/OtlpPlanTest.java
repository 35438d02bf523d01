package dev.metaops.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtlpPlanTest {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

  @TempDir private Path directory;

  private OtlpPlan plan(Map<String, String> variables) {
    return OtlpPlan.of(
        Configuration.read(
                new Where(
                    variables,
                    Optional.empty(),
                    Optional.empty(),
                    Where.UsualFile.IGNORED,
                    directory,
                    directory))
            .settings()
            .telemetry()
            .otlp(),
        new Identity("staging", "metaops@1", Optional.empty()));
  }

  private OtlpPlan.Push push(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(Map.of(ENDPOINT, "http://collector:4318/"));
    all.putAll(more);
    return (OtlpPlan.Push) plan(all);
  }

  @Test
  void withoutAnEndpointOrWhenTurnedOffNothingIsAskedFor() {
    assertThat(plan(Map.of())).isEqualTo(new OtlpPlan.NotAsked());
    assertThat(plan(Map.of(ENDPOINT, "http://c:4318", "OTEL_SDK_DISABLED", "True")))
        .isEqualTo(new OtlpPlan.NotAsked());
    assertThat(plan(Map.of(ENDPOINT, "http://c:4318", "OTEL_METRICS_EXPORTER", "none")))
        .isEqualTo(new OtlpPlan.NotAsked());
  }

  @Test
  void whatCannotBeDoneIsSaidWithoutShowingTheAddress() {
    assertThat(plan(Map.of(ENDPOINT, "http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")))
        .isEqualTo(
            new OtlpPlan.Unusable(
                "OTEL_EXPORTER_OTLP_PROTOCOL is grpc (expected: http/protobuf, usually on port"
                    + " 4318)"));
    assertThat(plan(Map.of(ENDPOINT, "hunter2"))).asString().doesNotContain("hunter2");
  }

  @Test
  void metricsOwnVariablesWinAndTheirEndpointIsTakenAsItIs() {
    assertThat(push(Map.of()).to()).hasToString("http://collector:4318/v1/metrics");
    OtlpPlan.Push own =
        push(
            Map.of(
                "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "https://other/take",
                "OTEL_EXPORTER_OTLP_HEADERS", "a=1",
                "OTEL_EXPORTER_OTLP_METRICS_HEADERS", "b=2%203,c=4",
                "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc",
                "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/protobuf"));
    assertThat(own.to()).hasToString("https://other/take");
    assertThat(own.headers()).isEqualTo(Map.of("b", "2 3", "c", "4"));
  }

  @Test
  void whatCannotBeReadDoesNotCountAndIsSaid() {
    OtlpPlan.Push push =
        push(Map.of("OTEL_METRIC_EXPORT_INTERVAL", "1m", "OTEL_EXPORTER_OTLP_HEADERS", "hunter2"));
    assertThat(push.interval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(push.headers()).isEmpty();
    assertThat(push.ignored()).hasSize(2).allMatch(said -> !said.contains("hunter2"));
  }
}
