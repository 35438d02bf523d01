package dev.metaops.api;

import dev.metaops.command.Front;
import dev.metaops.command.Probes;
import dev.metaops.command.ServeMetrics;
import dev.metaops.config.HttpSection;
import dev.metaops.http.Opening;
import dev.metaops.time.Ticker;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import java.time.Duration;
import java.util.function.Consumer;

/** The endpoints on a socket of their own, open or on their way: {@link Opening}. */
public final class HttpFront implements Front {
  /** Helidon 4.5 leaves a connection open that asked to be closed; then this closes it. */
  private static final Duration IDLE = Duration.ofSeconds(5);

  private static final Duration IDLE_LOOKS = Duration.ofSeconds(1);
  private static final int MOST_CONNECTIONS = 256;
  private static final int MOST_REQUESTS = 64;
  private static final int NO_BODY = 1_024;

  @Override
  public Open open(
      HttpSection where,
      Probes probes,
      ServeMetrics metrics,
      Consumer<String> said,
      Ticker ticker) {
    if (where.port().isEmpty()) {
      return () -> {};
    }
    Endpoints endpoints = new Endpoints(probes, metrics, ticker);
    Opening opening =
        Opening.begin(
            new Opening.Place(
                where.port().get(),
                where.bind(),
                "NO ENDPOINTS",
                "METAOPS_PORT, or http.port,",
                "/health"),
            () -> serving(endpoints),
            said,
            ticker);
    return opening::close;
  }

  private static WebServerConfig.Builder serving(Endpoints endpoints) {
    return WebServer.builder()
        .idleConnectionTimeout(IDLE)
        .idleConnectionPeriod(IDLE_LOOKS)
        .maxTcpConnections(MOST_CONNECTIONS)
        .maxConcurrentRequests(MOST_REQUESTS)
        .maxPayloadSize(NO_BODY)
        .routing(routing -> endpoints.addTo(routing));
  }
}
