package dev.metaops.api;

import dev.metaops.config.HttpSection;
import dev.metaops.config.Secret;
import dev.metaops.config.Settings;
import dev.metaops.console.Console;
import dev.metaops.http.Opening;
import dev.metaops.serve.Front;
import dev.metaops.serve.Probes;
import dev.metaops.serve.ServeMetrics;
import dev.metaops.time.Ticker;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
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
      Settings settings,
      Probes probes,
      ServeMetrics metrics,
      Consumer<String> said,
      Ticker ticker) {
    HttpSection where = settings.http();
    if (where.port().isEmpty()) {
      return () -> {};
    }
    Console console = new Console(probes::board, said, ticker);
    Doorkeeper doorkeeper = new Doorkeeper(where, credential(settings, said), ticker);
    Endpoints endpoints = new Endpoints(probes, metrics, console, doorkeeper, ticker);
    Opening opening =
        Opening.begin(
            new Opening.Place(
                where.port().get(),
                where.bind(),
                "NO ENDPOINTS",
                "METAOPS_PORT, or http.port,",
                "/ (the live page) and /health"),
            () -> serving(endpoints),
            said,
            ticker);
    return () -> {
      console.close();
      opening.close();
    };
  }

  /** As configured, else what the data directory keeps; says where that is, never what. */
  private static Optional<Credential> credential(Settings settings, Consumer<String> said) {
    Optional<Secret> configured = settings.http().token();
    if (configured.isPresent() || settings.http().details() == HttpSection.Details.OPEN) {
      return configured.map(Credential::new);
    }
    TokenFile kept = new TokenFile(settings.environment().dataDirectory());
    try {
      Credential credential = new Credential(kept.token());
      said.accept("details take the token in " + kept.file());
      return Optional.of(credential);
    } catch (IOException | UnsupportedOperationException unusable) {
      said.accept(
          "NO DETAILS: "
              + kept.file()
              + " cannot be used: "
              + unusable.getMessage()
              + "; only summaries are answered (METAOPS_TOKEN, or http.token, sets a token)");
      return Optional.empty();
    }
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
