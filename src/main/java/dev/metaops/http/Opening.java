package dev.metaops.http;

import dev.metaops.services.PortHolder;
import dev.metaops.time.Ticker;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A socket of its own, open or on its way. A port that is taken holds up nothing: its holder is
 * named where the system tells, and the port is tried again until it is free. Thread-safe.
 */
public final class Opening implements AutoCloseable {
  /** Kept: a logger nobody holds forgets its level. */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(5);
  private static final Duration GRACE = Duration.ofMillis(500);

  /**
   * Where, and how to speak of it.
   *
   * @param port 0 is whichever is free
   * @param bind an IP address of this machine
   * @param missing what there is not while it cannot be opened, in capitals
   * @param setting which configuration says where
   * @param path a first address to try
   */
  public record Place(int port, String bind, String missing, String setting, String path) {
    private String at(int actual) {
      return (bind.contains(":") ? "[" + bind + "]" : bind) + ":" + actual;
    }
  }

  private final Place place;
  private final Supplier<WebServerConfig.Builder> serving;
  private final Consumer<String> said;
  private final Ticker ticker;
  private final Thread thread;
  private @Nullable WebServer server;
  private boolean closed;
  private String lastSaid = "";

  private Opening(
      Place place,
      Supplier<WebServerConfig.Builder> serving,
      Consumer<String> said,
      Ticker ticker) {
    this.place = place;
    this.serving = serving;
    this.said = said;
    this.ticker = ticker;
    this.thread = Thread.ofPlatform().name("http").daemon().unstarted(this::tryUntilOpen);
  }

  /**
   * Returns at once.
   *
   * @param serving a server with everything but its place, anew for each try
   */
  public static Opening begin(
      Place place,
      Supplier<WebServerConfig.Builder> serving,
      Consumer<String> said,
      Ticker ticker) {
    Opening opening = new Opening(place, serving, said, ticker);
    opening.thread.start();
    return opening;
  }

  private void tryUntilOpen() {
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
      InetAddress address = InetAddress.getByName(place.bind());
      requireFree(address);
      built =
          serving
              .get()
              .address(address)
              .port(place.port())
              .shutdownHook(false)
              .featuresDiscoverServices(false)
              .shutdownGracePeriod(GRACE)
              .build();
      built.start();
    } catch (IOException | RuntimeException refused) {
      tell(
          place.missing()
              + ": "
              + place.at(place.port())
              + " cannot be listened on"
              + holder()
              + ": "
              + root(refused)
              + "; following goes on, and the port is tried again every "
              + BETWEEN_TRIES.toSeconds()
              + " s ("
              + place.setting()
              + " says which)");
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
      probe.bind(new InetSocketAddress(address, place.port()));
    }
  }

  private synchronized void keep(WebServer built) {
    if (closed) {
      built.stop();
    } else {
      server = built;
      tell("answers on http://" + place.at(built.port()) + place.path());
    }
  }

  private String holder() {
    return PortHolder.text(place.port()).map(who -> ", it is held by " + who).orElse("");
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

  /** Idempotent. */
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
