package dev.metaops.api;

import dev.metaops.command.Front;
import dev.metaops.command.Probes;
import dev.metaops.command.ServeMetrics;
import dev.metaops.config.HttpSection;
import dev.metaops.config.Secret;
import dev.metaops.config.Settings;
import dev.metaops.console.Console;
import dev.metaops.services.PortHolder;
import dev.metaops.time.Ticker;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints on a socket of their own. A port that is taken holds up nothing: its holder is
 * named where the system tells, and the port is tried again until it is free. Thread-safe.
 */
public final class HttpFront implements Front {
  /** Kept: a logger nobody holds forgets its level. */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(5);

  /** Helidon 4.5 leaves a connection open that asked to be closed; then this closes it. */
  private static final Duration IDLE = Duration.ofSeconds(5);

  private static final Duration IDLE_LOOKS = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofMillis(500);
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
    Opening opening = Opening.begin(where.port().get(), where.bind(), endpoints, said, ticker);
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

  /** The endpoints, open or on their way. */
  private static final class Opening implements Open, Runnable {
    private final int port;
    private final String bind;
    private final Endpoints endpoints;
    private final Consumer<String> said;
    private final Ticker ticker;
    private final Thread thread;
    private @Nullable WebServer server;
    private boolean closed;
    private String lastSaid = "";

    private Opening(
        int port, String bind, Endpoints endpoints, Consumer<String> said, Ticker ticker) {
      this.port = port;
      this.bind = bind;
      this.endpoints = endpoints;
      this.said = said;
      this.ticker = ticker;
      this.thread = Thread.ofPlatform().name("http").daemon().unstarted(this);
    }

    static Opening begin(
        int port, String bind, Endpoints endpoints, Consumer<String> said, Ticker ticker) {
      Opening opening = new Opening(port, bind, endpoints, said, ticker);
      opening.thread.start();
      return opening;
    }

    @Override
    public void run() {
      HELIDON.setLevel(Level.WARNING);
      try {
        while (!tried()) {
          ticker.rest(BETWEEN_TRIES);
        }
      } catch (InterruptedException closing) {
        Thread.currentThread().interrupt();
      }
    }

    /** Whether nothing is left to try. */
    private boolean tried() {
      WebServer built;
      try {
        InetAddress address = InetAddress.getByName(bind);
        requireFree(address);
        built = build(address);
        built.start();
      } catch (IOException | RuntimeException refused) {
        tell(
            "NO ENDPOINTS: "
                + place()
                + " cannot be listened on"
                + holder()
                + ": "
                + root(refused)
                + "; following goes on, and the port is tried again every "
                + BETWEEN_TRIES.toSeconds()
                + " s (METAOPS_PORT, or http.port, says which)");
        return false;
      }
      if (built.isRunning()) {
        keep(built);
        return true;
      }
      return false;
    }

    /** Helidon 4.5 says of a port that is taken only what a developer reads. */
    private void requireFree(InetAddress address) throws IOException {
      try (ServerSocket probe = new ServerSocket()) {
        probe.setReuseAddress(true);
        probe.bind(new InetSocketAddress(address, port));
      }
    }

    private synchronized void keep(WebServer built) {
      if (closed) {
        built.stop();
      } else {
        server = built;
        tell(
            "answers on http://"
                + at(built.port())
                + "/health; the live page is http://"
                + at(built.port())
                + "/");
      }
    }

    private WebServer build(InetAddress address) {
      return WebServer.builder()
          .address(address)
          .port(port)
          .shutdownHook(false)
          .featuresDiscoverServices(false)
          .shutdownGracePeriod(GRACE)
          .idleConnectionTimeout(IDLE)
          .idleConnectionPeriod(IDLE_LOOKS)
          .maxTcpConnections(MOST_CONNECTIONS)
          .maxConcurrentRequests(MOST_REQUESTS)
          .maxPayloadSize(NO_BODY)
          .routing(routing -> endpoints.addTo(routing))
          .build();
    }

    private String holder() {
      return PortHolder.text(port).map(who -> ", it is held by " + who).orElse("");
    }

    private String place() {
      return at(port);
    }

    private String at(int actual) {
      return (bind.contains(":") ? "[" + bind + "]" : bind) + ":" + actual;
    }

    private static String root(Throwable refused) {
      Throwable cause = refused;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return String.valueOf(cause.getMessage());
    }

    private void tell(String sentence) {
      if (!sentence.equals(lastSaid)) {
        lastSaid = sentence;
        said.accept(sentence);
      }
    }

    @Override
    public void close() {
      WebServer open;
      synchronized (this) {
        closed = true;
        open = server;
        server = null;
      }
      thread.interrupt();
      if (open != null) {
        open.stop();
      }
    }
  }
}
