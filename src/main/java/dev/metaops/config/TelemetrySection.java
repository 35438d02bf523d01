package dev.metaops.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a process that runs for long tells of itself, beside its own streams and endpoints. Nothing
 * is sent to what is empty.
 *
 * @param sentryDsn where its defects go
 * @param logtailToken the key of the source its log goes to
 * @param logtail where that source takes it
 * @param otlp metrics, as OpenTelemetry's variables have it
 */
public record TelemetrySection(
    Optional<Endpoint> sentryDsn, Optional<Secret> logtailToken, Endpoint logtail, Otlp otlp) {

  /**
   * The variables as somebody set them, perhaps for other programs than this: none is a problem of
   * the configuration, whoever pushes says what cannot be used. Empty texts are not set.
   *
   * @param endpoint of all signals, to which a path is added
   * @param metricsEndpoint of metrics, taken as it is
   * @param interval between two pushes, in milliseconds
   * @param timeout of one push, in milliseconds
   */
  public record Otlp(
      Optional<Secret> endpoint,
      Optional<Secret> metricsEndpoint,
      Optional<Secret> headers,
      Optional<Secret> metricsHeaders,
      String protocol,
      String metricsProtocol,
      String compression,
      String timeout,
      String interval,
      String exporter,
      String serviceName,
      String resourceAttributes,
      String disabled) {}

  static final Key SENTRY_DSN =
      Key.of(
              "telemetry",
              "sentry-dsn",
              "https://KEY@host/PROJECT, as Sentry shows it",
              "Where defects of serve are reported.")
          .variable("SENTRY_DSN")
          .secret();
  static final Key LOGTAIL_SOURCE_TOKEN =
      Key.of(
              "telemetry",
              "logtail-source-token",
              "the token of a source of Better Stack",
              "With it the log of serve goes there.")
          .variable("LOGTAIL_SOURCE_TOKEN")
          .secret();
  static final Key LOGTAIL_INGESTING_HOST =
      Key.of(
              "telemetry",
              "logtail-ingesting-host",
              "a host or an https:// address; http:// on loopback only",
              "Where that source takes its log; each source is shown its own.")
          .variable("LOGTAIL_INGESTING_HOST")
          .standard("in.logs.betterstack.com");
  static final Key ENDPOINT =
      otlp("endpoint", "ENDPOINT", "Where metrics are pushed over OTLP; /v1/metrics is added.")
          .secret();
  static final Key METRICS_ENDPOINT =
      otlp("metrics-endpoint", "METRICS_ENDPOINT", "The same, taken as it is.").secret();
  static final Key HEADERS =
      otlp("headers", "HEADERS", "Headers of each push: name=value, separated by commas.").secret();
  static final Key METRICS_HEADERS =
      otlp("metrics-headers", "METRICS_HEADERS", "Instead of those, for metrics.").secret();
  static final Key PROTOCOL =
      otlp("protocol", "PROTOCOL", "http/protobuf; another is said and nothing is pushed.");
  static final Key METRICS_PROTOCOL =
      otlp("metrics-protocol", "METRICS_PROTOCOL", "The same, for metrics.");
  static final Key COMPRESSION = otlp("compression", "COMPRESSION", "gzip or none.");
  static final Key TIMEOUT = otlp("timeout", "TIMEOUT", "Milliseconds a push may take; 10000.");
  static final Key INTERVAL =
      openTelemetry(
          "interval", "OTEL_METRIC_EXPORT_INTERVAL", "Milliseconds between two pushes; 60000.");
  static final Key EXPORTER =
      openTelemetry("exporter", "OTEL_METRICS_EXPORTER", "none pushes nothing.");
  static final Key SERVICE_NAME =
      openTelemetry("service-name", "OTEL_SERVICE_NAME", "service.name; metaops.");
  static final Key RESOURCE_ATTRIBUTES =
      openTelemetry(
          "resource-attributes",
          "OTEL_RESOURCE_ATTRIBUTES",
          "More about this process: name=value, separated by commas.");
  static final Key DISABLED =
      openTelemetry("disabled", "OTEL_SDK_DISABLED", "true pushes nothing.");
  static final List<Key> KEYS =
      List.of(
          SENTRY_DSN,
          LOGTAIL_SOURCE_TOKEN,
          LOGTAIL_INGESTING_HOST,
          ENDPOINT,
          METRICS_ENDPOINT,
          HEADERS,
          METRICS_HEADERS,
          PROTOCOL,
          METRICS_PROTOCOL,
          COMPRESSION,
          TIMEOUT,
          INTERVAL,
          EXPORTER,
          SERVICE_NAME,
          RESOURCE_ATTRIBUTES,
          DISABLED);

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private static Key otlp(String name, String variable, String meaning) {
    return openTelemetry(name, "OTEL_EXPORTER_OTLP_" + variable, meaning);
  }

  private static Key openTelemetry(String name, String variable, String meaning) {
    return Key.of("otlp", name, "as OpenTelemetry has it", meaning).variable(variable);
  }

  static TelemetrySection from(Section section) {
    return new TelemetrySection(
        section.read(SENTRY_DSN, TelemetrySection::dsn),
        section.secret(LOGTAIL_SOURCE_TOKEN),
        section
            .read(LOGTAIL_INGESTING_HOST, TelemetrySection::host)
            .or(() -> host(LOGTAIL_INGESTING_HOST.standard()))
            .orElseThrow(),
        otlp(section));
  }

  private static Otlp otlp(Section section) {
    return new Otlp(
        section.secret(ENDPOINT),
        section.secret(METRICS_ENDPOINT),
        section.secret(HEADERS),
        section.secret(METRICS_HEADERS),
        section.text(PROTOCOL),
        section.text(METRICS_PROTOCOL),
        section.text(COMPRESSION),
        section.text(TIMEOUT),
        section.text(INTERVAL),
        section.text(EXPORTER),
        section.text(SERVICE_NAME),
        section.text(RESOURCE_ATTRIBUTES),
        section.text(DISABLED));
  }

  private static Optional<Endpoint> dsn(String text) {
    return Endpoint.read(text, Endpoint.HTTP)
        .filter(
            _ -> text.matches("https?://[A-Za-z0-9]+(:[A-Za-z0-9]*)?@[^/?#]+(/[^/?#]+)*/[0-9]+/?"));
  }

  /** The token goes along: never in the clear to another machine. */
  private static Optional<Endpoint> host(String text) {
    String address = text.contains("://") ? text : "https://" + text;
    return Endpoint.read(address, Endpoint.HTTP)
        .filter(at -> address.startsWith("https://") || LOOPBACK.contains(at.host()));
  }
}
