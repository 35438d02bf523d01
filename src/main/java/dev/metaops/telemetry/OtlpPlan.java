package dev.metaops.telemetry;

import dev.metaops.config.Secret;
import dev.metaops.config.TelemetrySection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What OpenTelemetry's variables ask for, as far as metrics are concerned. */
sealed interface OtlpPlan {
  /** Nobody asked, or somebody asked for nothing. */
  record NotAsked() implements OtlpPlan {}

  /** It was asked for and cannot be done. */
  record Unusable(String why) implements OtlpPlan {}

  /**
   * Every so often.
   *
   * @param resource what describes this process
   * @param ignored a sentence for each variable that could not be read and does not count
   */
  record Push(
      URI to,
      Map<String, String> headers,
      Compression compression,
      Duration interval,
      Duration timeout,
      Map<String, String> resource,
      List<String> ignored)
      implements OtlpPlan {
    public Push {
      headers = Map.copyOf(headers);
      resource = Map.copyOf(resource);
      ignored = List.copyOf(ignored);
    }

    /** Without the headers: some are secrets. */
    @Override
    public String toString() {
      return "Push[" + to.getHost() + "]";
    }
  }

  /** Of what is sent. */
  enum Compression {
    NONE,
    GZIP
  }

  /** Metrics' own variables win over those of all signals. */
  static OtlpPlan of(TelemetrySection.Otlp said, Identity identity) {
    Optional<Secret> asked = said.metricsEndpoint().or(said::endpoint);
    if (asked.isEmpty()
        || said.disabled().strip().equalsIgnoreCase("true")
        || said.exporter().strip().equals("none")) {
      return new NotAsked();
    }
    String protocol = first(said.metricsProtocol(), said.protocol(), "http/protobuf");
    if (!protocol.equals("http/protobuf")) {
      return new Unusable(
          "OTEL_EXPORTER_OTLP_PROTOCOL is "
              + (protocol.matches("[a-z/]{1,20}") ? protocol : "unreadable")
              + " (expected: http/protobuf, usually on port 4318)");
    }
    Optional<URI> to =
        said.metricsEndpoint()
            .map(own -> address(own.reveal()))
            .orElseGet(() -> address(asked.get().reveal()).map(OtlpPlan::ofMetrics));
    return to.<OtlpPlan>map(address -> push(said, identity, address))
        .orElseGet(() ->
            new Unusable("OTEL_EXPORTER_OTLP_ENDPOINT is no address (expected: http://host:4318)"));
  }

  private static Push push(TelemetrySection.Otlp said, Identity identity, URI to) {
    List<String> ignored = new ArrayList<>();
    return new Push(
        to,
        pairs(
            said.metricsHeaders().or(said::headers).map(Secret::reveal).orElse(""),
            "OTEL_EXPORTER_OTLP_HEADERS",
            ignored),
        said.compression().strip().equals("gzip") ? Compression.GZIP : Compression.NONE,
        millis(said.interval(), "OTEL_METRIC_EXPORT_INTERVAL", Duration.ofMinutes(1), ignored),
        millis(said.timeout(), "OTEL_EXPORTER_OTLP_TIMEOUT", Duration.ofSeconds(10), ignored),
        resource(said, identity, ignored),
        ignored);
  }

  private static String first(String one, String other, String standard) {
    return !one.isBlank() ? one.strip() : !other.isBlank() ? other.strip() : standard;
  }

  private static Optional<URI> address(String text) {
    try {
      URI uri = new URI(text.strip());
      boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return Optional.of(uri).filter(_ -> isHttp && uri.getHost() != null);
    } catch (URISyntaxException unreadable) {
      return Optional.empty();
    }
  }

  private static URI ofMetrics(URI all) {
    String text = all.toString();
    return URI.create(text + (text.endsWith("/") ? "" : "/") + "v1/metrics");
  }

  private static Duration millis(
      String text, String variable, Duration standard, List<String> ignored) {
    if (text.isBlank()) {
      return standard;
    }
    if (text.strip().matches("[1-9][0-9]{0,8}")) {
      return Duration.ofMillis(Long.parseLong(text.strip()));
    }
    ignored.add(variable + " is no number of milliseconds and does not count");
    return standard;
  }

  /** {@code name=value,name=value}, percent-encoded; what is none is left out. */
  private static Map<String, String> pairs(String text, String variable, List<String> ignored) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      String name = pair.substring(0, Math.max(0, equals)).strip();
      Optional<String> value = decoded(pair.substring(equals + 1).strip());
      if (name.matches("[A-Za-z0-9._-]+") && value.isPresent()) {
        pairs.put(name, value.get());
      } else if (!pair.isBlank()) {
        ignored.add("a part of " + variable + " is not name=value and does not count");
      }
    }
    return pairs;
  }

  private static Optional<String> decoded(String text) {
    try {
      String value = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
      return Optional.of(value).filter(plain -> plain.chars().noneMatch(Character::isISOControl));
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  private static Map<String, String> resource(
      TelemetrySection.Otlp said, Identity identity, List<String> ignored) {
    Map<String, String> resource = new LinkedHashMap<>();
    resource.put("service.name", "metaops");
    resource.put("service.version", identity.version());
    resource.put("deployment.environment.name", identity.environment());
    identity.chain().ifPresent(chain -> resource.put("metaops.chain", Long.toString(chain)));
    resource.putAll(pairs(said.resourceAttributes(), "OTEL_RESOURCE_ATTRIBUTES", ignored));
    if (!said.serviceName().isBlank()) {
      resource.put("service.name", said.serviceName().strip());
    }
    return resource;
  }
}
