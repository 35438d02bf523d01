package dev.metaops.connection;

import dev.metaops.config.Endpoint;
import dev.metaops.time.Ticker;
import java.net.Socket;
import java.util.Optional;

/**
 * Where a process that serves tells of itself. Only the way is walked: a test that sent something
 * would be a report or a line there.
 *
 * @param subject what is told there
 */
public record TellingTarget(String subject, Endpoint endpoint, Roots roots, Ticker ticker)
    implements Target {
  @Override
  public String place() {
    return endpoint.place();
  }

  @Override
  public void walk(Trail trail) {
    Optional<Socket> connected = Approach.connect(trail, endpoint.host(), endpoint.port());
    if (connected.isPresent() && endpoint.url().reveal().startsWith("https:")) {
      trail.hop(
          Hop.TLS,
          () ->
              new Tls(roots, ticker)
                  .shake(connected.get(), endpoint.host(), Demand.ISSUER_AND_NAME));
    }
  }
}
