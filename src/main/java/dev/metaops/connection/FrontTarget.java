package dev.metaops.connection;

import dev.metaops.config.Endpoint;
import dev.metaops.config.FrontendSection;
import dev.metaops.config.FrontendSection.Watched;
import dev.metaops.connection.Trail.Taken;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** A front end of the venue: whether it can be reached at all, and speaks HTTP or WebSocket. */
public record FrontTarget(Watched watched, Roots roots, Ticker ticker) implements Target {
  private static final String LOOK_CLOSER = "metaops health frontend";

  @Override
  public String subject() {
    return "frontend " + watched.name();
  }

  @Override
  public String place() {
    return watched.url().place();
  }

  @Override
  public void walk(Trail trail) {
    Endpoint endpoint = watched.url();
    URI url = URI.create(endpoint.url().reveal().replace(FrontendSection.ORDER, "none"));
    Optional<Socket> reached =
        Approach.connect(trail, endpoint.host(), endpoint.port())
            .flatMap(socket -> encrypted(trail, url, socket));
    if (watched.isHeld()) {
      reached.ifPresent(socket -> trail.hop(Hop.HANDSHAKE, () -> opened(url, socket)));
    } else {
      reached.ifPresent(_ -> trail.hop(Hop.REQUEST, () -> answered(url, trail)));
    }
  }

  private static Map<String, String> proof(URI url) {
    return Optional.ofNullable(url.getUserInfo())
        .map(user -> user.getBytes(StandardCharsets.UTF_8))
        .map(user -> Map.of("Authorization", "Basic " + Base64.getEncoder().encodeToString(user)))
        .orElse(Map.of());
  }

  private Optional<Socket> encrypted(Trail trail, URI url, Socket socket) {
    return "https".equals(url.getScheme()) || "wss".equals(url.getScheme())
        ? trail.hop(
            Hop.TLS,
            () -> new Tls(roots, ticker).shake(socket, url.getHost(), Demand.ISSUER_AND_NAME))
        : Optional.of(socket);
  }

  private static Taken<Boolean> opened(URI url, Socket socket) throws IOException {
    return switch (WebSocketLine.open(socket, url)) {
      case WebSocketLine.Opening.Open _ -> Taken.through(true, "opened");
      case WebSocketLine.Opening.Refused(int status) ->
          Taken.blocked("it answered HTTP " + status + " instead of a WebSocket", LOOK_CLOSER);
      case WebSocketLine.Opening.Garbage(String why) -> Taken.blocked(why, LOOK_CLOSER);
    };
  }

  /** Of an order there is none, so that another status is no failure where one is asked for. */
  private Taken<Boolean> answered(URI url, Trail trail) throws IOException {
    int status = Fetch.get(url, proof(url), trail.deadline()).status();
    boolean isExpected =
        watched.namesAnOrder()
            ? status < 500
            : status == watched.expectStatus() || status / 100 == 3;
    return isExpected
        ? Taken.through(true, "answered HTTP " + status)
        : Taken.blocked(
            "it answered HTTP " + status + " (expected: " + watched.expectStatus() + ")",
            LOOK_CLOSER);
  }
}
