package dev.metaops.postgres;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * How to reach a running embedded server.
 *
 * @param pid the postmaster's process id
 * @param user a superuser of this server, and of nothing else
 */
public record Instance(String host, int port, String user, Password password, long pid) {
  /** Has no password in it: fit for screens and logs. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://" + host + ":" + port + "/" + encoded(database);
  }

  /** A {@code postgres://} URL that carries the password: never for a screen or a log. */
  public String secretUrl(String database) {
    return "postgres://"
        + encoded(user)
        + ":"
        + encoded(password.value())
        + "@"
        + host
        + ":"
        + port
        + "/"
        + encoded(database);
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** A password that does not print. */
  public record Password(String value) {
    @Override
    public String toString() {
      return "‹hidden›";
    }
  }
}
