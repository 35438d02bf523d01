package dev.metaops.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;

/**
 * A network address whose path or query may hold a key.
 *
 * @param place its host, and its port when it says one, and which of several there: safe to print
 */
public record Endpoint(Secret url, String host, int port, String place) {
  static final Set<String> HTTP = Set.of("http", "https");
  static final Set<String> WEB_SOCKET = Set.of("ws", "wss");

  static Optional<Endpoint> read(String text, Set<String> schemes) {
    try {
      URI uri = new URI(text.strip());
      String scheme = uri.getScheme();
      String host = uri.getHost();
      if (scheme == null || host == null || !schemes.contains(scheme)) {
        return Optional.empty();
      }
      boolean encrypted = scheme.equals("https") || scheme.equals("wss");
      int port = uri.getPort() >= 0 ? uri.getPort() : encrypted ? 443 : 80;
      String place = uri.getPort() >= 0 ? host + ":" + port : host;
      return port > 65_535
          ? Optional.empty()
          : Optional.of(new Endpoint(new Secret(text.strip()), host, port, place));
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }
}
