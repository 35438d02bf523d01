package dev.metaops.api;

import dev.metaops.api.Doorkeeper.Admission;
import dev.metaops.console.Console;
import dev.metaops.serve.Probe;
import dev.metaops.serve.Probes;
import dev.metaops.serve.ServeMetrics;
import dev.metaops.time.Ticker;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which address answers what, and to whom: GET and HEAD only. Whoever asks is told how it is;
 * values, addresses and names take the token.
 */
final class Endpoints {
  /** Prometheus' text format. */
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  private final Probes probes;
  private final ServeMetrics metrics;
  private final Console console;
  private final Doorkeeper doorkeeper;
  private final Ticker ticker;

  Endpoints(
      Probes probes, ServeMetrics metrics, Console console, Doorkeeper doorkeeper, Ticker ticker) {
    this.probes = probes;
    this.metrics = metrics;
    this.console = console;
    this.doorkeeper = doorkeeper;
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
        counted(
            "/metrics",
            detailed((request, response) ->
                Replies.send(request, response, Status.OK_200, METRICS, metrics.text()))));
    console.pages().forEach((path, page) -> reading(routing, path, counted(path, detailed(page))));
    // How long somebody watches says nothing of how fast an answer is.
    reading(routing, Console.LIVE, detailed(console::live));
    routing.any(
        admitted((request, response, _) ->
            Replies.refuse(request, response, Status.NOT_FOUND_404, nothing())));
  }

  private String nothing() {
    return "there is nothing here (expected: /, /health, /health/live, /health/ready,"
        + " /health/truth, /metrics, "
        + String.join(
            ", ", probes.componentNames().stream().map(name -> "/health/" + name).toList())
        + ")";
  }

  private void add(HttpRouting.Builder routing, String path, Supplier<Probe> answer) {
    reading(
        routing,
        path,
        counted(
            path,
            admitted((request, response, admission) ->
                answer(request, response, admission, answer.get()))));
  }

  private static void reading(HttpRouting.Builder routing, String path, Handler answering) {
    routing
        .get(path, answering)
        .head(path, answering)
        .any(
            path,
            (request, response) -> {
              response.header(HeaderNames.ALLOW, "GET, HEAD");
              Replies.refuse(
                  request,
                  response,
                  Status.METHOD_NOT_ALLOWED_405,
                  "only read (expected: GET, HEAD)");
            });
  }

  private Handler counted(String path, Handler answering) {
    return (request, response) -> {
      long begun = ticker.nanos();
      answering.handle(request, response);
      metrics.answered(path, response.status().code(), Duration.ofNanos(ticker.nanos() - begun));
    };
  }

  /** Answers whoever is not refused. */
  private interface Answering {
    void answer(ServerRequest request, ServerResponse response, Admission admission)
        throws Exception;
  }

  private Handler admitted(Answering answering) {
    return (request, response) -> {
      Admission admission = doorkeeper.admit(asked(request));
      switch (admission) {
        case Admission.Refused(Doorkeeper.Reason reason, String why) ->
            refuse(request, response, reason, why);
        case Admission.Details _, Admission.Summary _ ->
            answering.answer(request, response, admission);
      }
    };
  }

  /** Only for those with the token. */
  private Handler detailed(Handler answering) {
    return admitted((request, response, admission) -> {
      switch (admission) {
        case Admission.Details _ -> answering.handle(request, response);
        case Admission.Summary _, Admission.Refused _ -> unknown(request, response);
      }
    });
  }

  private static Doorkeeper.Request asked(ServerRequest request) {
    return new Doorkeeper.Request(
        request.authority(), header(request, "Origin"), header(request, "Authorization"));
  }

  private static Optional<String> header(ServerRequest request, String name) {
    return request.headers().first(HeaderNames.create(name));
  }

  private void answer(
      ServerRequest request, ServerResponse response, Admission admission, Probe probe) {
    Status status =
        switch (probe.standing()) {
          case GOOD -> Status.OK_200;
          case BAD -> Status.SERVICE_UNAVAILABLE_503;
        };
    switch (admission) {
      case Admission.Details _ -> Replies.picture(request, response, status, probe.picture());
      case Admission.Summary _, Admission.Refused _ ->
          probe
              .summary()
              .ifPresentOrElse(
                  summary -> Replies.picture(request, response, status, summary),
                  () -> unknown(request, response));
    }
  }

  private void unknown(ServerRequest request, ServerResponse response) {
    challenge(request, response, doorkeeper.wanted());
  }

  private void refuse(
      ServerRequest request, ServerResponse response, Doorkeeper.Reason reason, String why) {
    switch (reason) {
      case WRONG -> challenge(request, response, why);
      case TOO_MANY -> {
        response.header(HeaderNames.RETRY_AFTER, "1");
        Replies.refuse(request, response, Status.TOO_MANY_REQUESTS_429, why);
      }
      case ELSEWHERE ->
          Replies.refuse(request, response, Status.create(421, "Misdirected Request"), why);
    }
  }

  /** A browser asks its person; whoever wants HTML is told in HTML. */
  private void challenge(ServerRequest request, ServerResponse response, String why) {
    response.header(HeaderNames.WWW_AUTHENTICATE, "Basic realm=\"metaops\", charset=\"UTF-8\"");
    if (header(request, "Accept").filter(types -> types.contains("text/html")).isPresent()) {
      console.refuse(request, response, why);
    } else {
      Replies.refuse(request, response, Status.UNAUTHORIZED_401, why);
    }
  }
}
