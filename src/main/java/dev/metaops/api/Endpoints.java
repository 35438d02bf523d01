package dev.metaops.api;

import dev.metaops.command.Picture;
import dev.metaops.command.Probe;
import dev.metaops.command.Probes;
import dev.metaops.command.ServeMetrics;
import dev.metaops.time.Ticker;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Which address answers what: GET and HEAD only, JSON, kept by nobody on the way. */
final class Endpoints {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static final String AS_JSON = "application/json";

  /** Prometheus' text format. */
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  private final Probes probes;
  private final ServeMetrics metrics;
  private final Ticker ticker;

  Endpoints(Probes probes, ServeMetrics metrics, Ticker ticker) {
    this.probes = probes;
    this.metrics = metrics;
    this.ticker = ticker;
  }

  void addTo(HttpRouting.Builder routing) {
    add(routing, "/health", probes::summary);
    add(routing, "/health/live", probes::live);
    add(routing, "/health/ready", probes::ready);
    add(routing, "/health/truth", probes::truth);
    for (String name : probes.componentNames()) {
      add(routing, "/health/" + name, () -> probes.component(name).orElseThrow());
    }
    reading(
        routing,
        "/metrics",
        (request, response) -> send(request, response, Status.OK_200, METRICS, metrics.text()));
    routing.any((request, response) -> refuse(request, response, Status.NOT_FOUND_404, ""));
  }

  private void add(HttpRouting.Builder routing, String path, Supplier<Probe> answer) {
    reading(routing, path, (request, response) -> answer(request, response, answer.get()));
  }

  private void reading(HttpRouting.Builder routing, String path, Handler answering) {
    Handler counted =
        (request, response) -> {
          long begun = ticker.nanos();
          answering.handle(request, response);
          metrics.answered(
              path, response.status().code(), Duration.ofNanos(ticker.nanos() - begun));
        };
    routing
        .get(path, counted)
        .head(path, counted)
        .any(
            path,
            (request, response) ->
                refuse(request, response, Status.METHOD_NOT_ALLOWED_405, "GET, HEAD"));
  }

  private static void answer(ServerRequest request, ServerResponse response, Probe probe) {
    Status status =
        switch (probe.standing()) {
          case GOOD -> Status.OK_200;
          case BAD -> Status.SERVICE_UNAVAILABLE_503;
        };
    send(request, response, status, AS_JSON, json(probe.picture()) + "\n");
  }

  private void refuse(
      ServerRequest request, ServerResponse response, Status status, String allowed) {
    ObjectNode body = JSON.createObjectNode().put("shape", "http-refusal/1");
    body.put(
        "sentence",
        allowed.isEmpty()
            ? "there is nothing here (expected: /health, /health/live, /health/ready,"
                + " /health/truth, /metrics, "
                + String.join(
                    ", ", probes.componentNames().stream().map(name -> "/health/" + name).toList())
                + ")"
            : "only read (expected: " + allowed + ")");
    Optional.of(allowed)
        .filter(methods -> !methods.isEmpty())
        .ifPresent(methods -> response.header(HeaderNames.ALLOW, methods));
    send(request, response, status, AS_JSON, JSON.writeValueAsString(body) + "\n");
  }

  private static String json(Picture picture) {
    ObjectNode root = JSON.createObjectNode();
    root.put("shape", picture.shape());
    picture.drawJson(root);
    return JSON.writeValueAsString(root);
  }

  private static void send(
      ServerRequest request, ServerResponse response, Status status, String type, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    response
        .status(status)
        .header(HeaderNames.CONTENT_TYPE, type)
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .header("X-Content-Type-Options", "nosniff");
    if (request.prologue().method().equals(Method.HEAD)) {
      response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(bytes.length));
      response.send();
    } else {
      response.send(bytes);
    }
  }
}
