package dev.metaops.config;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A PostgreSQL database as {@code DATABASE_URL} names it.
 *
 * @param hosts one or several {@code host:port}, separated by commas, as the driver takes them
 * @param user empty when the URL names none
 * @param parameters {@code name=value} pairs for the driver, still encoded, without user and
 *     password
 */
public record DatabaseUrl(
    String hosts, String database, String user, Secret password, List<String> parameters) {

  public DatabaseUrl {
    parameters = List.copyOf(parameters);
  }

  /**
   * Reads {@code postgres://}, {@code postgresql://} and {@code jdbc:postgresql://}. A password may
   * hold an unencoded @ or :.
   */
  static Optional<DatabaseUrl> read(String text) {
    String url = text.strip();
    for (String scheme : List.of("postgres://", "postgresql://", "jdbc:postgresql://")) {
      if (url.startsWith(scheme)) {
        return readAfterScheme(url.substring(scheme.length()));
      }
    }
    return Optional.empty();
  }

  private static Optional<DatabaseUrl> readAfterScheme(String rest) {
    int question = rest.indexOf('?');
    String head = question < 0 ? rest : rest.substring(0, question);
    int at = head.lastIndexOf('@');
    int slash = head.indexOf('/', at + 1);
    String hosts = slash < 0 ? head.substring(at + 1) : head.substring(at + 1, slash);
    String database = slash < 0 ? "" : decoded(head.substring(slash + 1));
    String credentials = at < 0 ? "" : head.substring(0, at);
    int colon = credentials.indexOf(':');
    String user = decoded(colon < 0 ? credentials : credentials.substring(0, colon));
    String password = colon < 0 ? "" : decoded(credentials.substring(colon + 1));
    List<String> parameters = new ArrayList<>();
    if (question >= 0) {
      for (String pair : rest.substring(question + 1).split("&", -1)) {
        if (pair.startsWith("user=")) {
          user = decoded(pair.substring(5));
        } else if (pair.startsWith("password=")) {
          password = decoded(pair.substring(9));
        } else if (!pair.isEmpty()) {
          parameters.add(pair);
        }
      }
    }
    if (hosts.isEmpty() || !hosts.matches("[A-Za-z0-9_.:,\\-\\[\\]]+")) {
      return Optional.empty();
    }
    String named = database.isEmpty() ? user : database;
    return named.isEmpty()
        ? Optional.empty()
        : Optional.of(new DatabaseUrl(hosts, named, user, new Secret(password), parameters));
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return text;
    }
  }

  /** For the driver; without user and password. */
  public String jdbc() {
    String query = parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
    return "jdbc:postgresql://" + hosts + "/" + encoded(database) + query;
  }

  private static String encoded(String database) {
    return URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** For screens: {@code host/db}, {@code host:6543/db}. */
  public String place() {
    return (hosts.endsWith(":5432") ? hosts.substring(0, hosts.length() - 5) : hosts)
        + "/"
        + database;
  }

  /** The first host. */
  public String host() {
    String first = first();
    int end = first.startsWith("[") ? first.indexOf(']') + 1 : first.lastIndexOf(':');
    return end <= 0 ? first : first.substring(0, end);
  }

  /** The first host's port. */
  public int port() {
    String after = first().substring(host().length());
    return after.matches(":[0-9]{1,5}") ? Integer.parseInt(after.substring(1)) : 5432;
  }

  private String first() {
    int comma = hosts.indexOf(',');
    return comma < 0 ? hosts : hosts.substring(0, comma);
  }
}
