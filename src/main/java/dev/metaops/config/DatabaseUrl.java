package dev.metaops.config;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where a PostgreSQL database is and who we are there. Its {@code toString} has no password; {@link
 * #secretText} does. Immutable.
 */
public final class DatabaseUrl {
  private static final int DEFAULT_PORT = 5432;

  /** Handed to the driver, by the names other PostgreSQL programs use. */
  private static final Map<String, String> PASSED_ON =
      Map.of(
          "sslmode", "sslmode",
          "sslrootcert", "sslrootcert",
          "sslcert", "sslcert",
          "sslkey", "sslkey",
          "channel_binding", "channelBinding",
          "channelBinding", "channelBinding",
          "options", "options");

  /** Accepted because others' URLs have them; deadlines and our own settings take their place. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "application_name",
          "ApplicationName",
          "connect_timeout",
          "connectTimeout",
          "socketTimeout",
          "loginTimeout",
          "connection_limit",
          "pool_timeout",
          "pgbouncer",
          "prepareThreshold",
          "gssencmode");

  private final String host;
  private final int port;
  private final String database;
  private final String user;
  private final String password;
  private final Map<String, String> parameters;

  private DatabaseUrl(
      String host,
      int port,
      String database,
      String user,
      String password,
      Map<String, String> parameters) {
    this.host = host;
    this.port = port;
    this.database = database;
    this.user = user;
    this.password = password;
    this.parameters = parameters;
  }

  /** What reading a URL gave. */
  public sealed interface Reading {
    /** The URL; or tells {@code refused} why there is none. */
    Optional<DatabaseUrl> orTell(Consumer<String> refused);

    record Read(DatabaseUrl url) implements Reading {
      @Override
      public Optional<DatabaseUrl> orTell(Consumer<String> refused) {
        return Optional.of(url);
      }
    }

    /** {@code why} is one sentence without any part of the text that could be a password. */
    record Refused(String why) implements Reading {
      @Override
      public Optional<DatabaseUrl> orTell(Consumer<String> refused) {
        refused.accept(why);
        return Optional.empty();
      }
    }
  }

  /**
   * Reads {@code postgres://user:password@host:port/database?sslmode=…}, the same with {@code
   * postgresql://}, and {@code jdbc:postgresql://host:port/database?user=…&password=…}. Port 5432
   * and the user's name as database when not given, as libpq does.
   */
  public static Reading read(String text) {
    try {
      return new Reading.Read(parsed(text.strip()));
    } catch (Unreadable refused) {
      return new Reading.Refused(refused.why);
    }
  }

  /**
   * For text known to be well formed.
   *
   * @throws IllegalArgumentException saying why not
   */
  public static DatabaseUrl of(String text) {
    return switch (read(text)) {
      case Reading.Read(DatabaseUrl url) -> url;
      case Reading.Refused(String why) -> throw new IllegalArgumentException(why);
    };
  }

  public String host() {
    return host;
  }

  public int port() {
    return port;
  }

  public String database() {
    return database;
  }

  public String user() {
    return user;
  }

  /** The same server and user, another database. */
  public DatabaseUrl withDatabase(String other) {
    return new DatabaseUrl(host, port, other, user, password, parameters);
  }

  /** For the environment of a child process; never for a screen or a log. */
  public String secretText() {
    StringBuilder text = new StringBuilder("postgres://").append(encoded(user));
    if (!password.isEmpty()) {
      text.append(':').append(encoded(password));
    }
    text.append('@').append(hostAndPort()).append('/').append(encoded(database));
    char separator = '?';
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      text.append(separator)
          .append(parameter.getKey())
          .append('=')
          .append(encoded(parameter.getValue()));
      separator = '&';
    }
    return text.toString();
  }

  /** Host, port and database, as a person would name it. */
  public String place() {
    return hostAndPort() + "/" + database;
  }

  /** {@link #place} without the usual port. */
  String placeInBrief() {
    return port == DEFAULT_PORT ? place().replace(":" + DEFAULT_PORT + "/", "/") : place();
  }

  public String jdbc() {
    return "jdbc:postgresql://" + hostAndPort() + "/" + encoded(database);
  }

  /** What the driver is told besides the place; the password goes this way only. */
  public Properties properties() {
    Properties properties = new Properties();
    if (isLoopback()) {
      properties.setProperty("sslmode", "disable");
    }
    parameters.forEach(
        (name, value) -> properties.setProperty(PASSED_ON.getOrDefault(name, name), value));
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    return properties;
  }

  /** The text without this URL's password, should a server have echoed it. */
  public String withoutPassword(String text) {
    return password.length() < 4 ? text : text.replace(password, "‹hidden›");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DatabaseUrl url && secretText().equals(url.secretText());
  }

  @Override
  public int hashCode() {
    return place().hashCode();
  }

  @Override
  public String toString() {
    return "postgres://" + encoded(user) + "@" + place();
  }

  private boolean isLoopback() {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
  }

  private String hostAndPort() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  private static DatabaseUrl parsed(String text) throws Unreadable {
    String rest = afterScheme(text);
    // A password may hold an unescaped '?' or '/': the last '@' before the query ends it.
    int question = rest.indexOf('?');
    int at = question < 0 ? rest.lastIndexOf('@') : rest.lastIndexOf('@', question);
    if (at < 0 && !text.startsWith("jdbc:")) {
      at = rest.lastIndexOf('@');
    }
    String credentials = at < 0 ? "" : rest.substring(0, at);
    String place = rest.substring(at + 1);
    int query = place.indexOf('?');
    Map<String, String> given = query < 0 ? Map.of() : queryOf(place.substring(query + 1));
    String address = query < 0 ? place : place.substring(0, query);
    int slash = address.indexOf('/');
    String path = slash < 0 ? "" : decoded("database", address.substring(slash + 1));
    String hostAndPort = slash < 0 ? address : address.substring(0, slash);

    int colon = credentials.indexOf(':');
    String user = decoded("user", colon < 0 ? credentials : credentials.substring(0, colon));
    String password = colon < 0 ? "" : decoded("password", credentials.substring(colon + 1));
    user = given.getOrDefault("user", user);
    password = given.getOrDefault("password", password);
    if (user.isEmpty()) {
      throw new Unreadable("no user (expected: postgres://user:password@host:port/database)");
    }
    return new DatabaseUrl(
        hostOf(hostAndPort),
        portOf(hostAndPort),
        path.isEmpty() ? user : path,
        user,
        password,
        knownParameters(given));
  }

  private static String afterScheme(String text) throws Unreadable {
    for (String scheme : new String[] {"postgres://", "postgresql://", "jdbc:postgresql://"}) {
      if (text.startsWith(scheme)) {
        return text.substring(scheme.length());
      }
    }
    int end = text.indexOf("://");
    String seen = end > 0 && end < 20 ? "scheme " + text.substring(0, end) : "no scheme";
    throw new Unreadable(seen + " (expected: postgres://, postgresql:// or jdbc:postgresql://)");
  }

  private static String hostOf(String hostAndPort) throws Unreadable {
    if (hostAndPort.indexOf(',') >= 0) {
      throw new Unreadable("several hosts (expected: one)");
    }
    String host =
        hostAndPort.startsWith("[")
            ? hostAndPort.substring(1, Math.max(1, hostAndPort.indexOf(']')))
            : hostAndPort.substring(0, portColon(hostAndPort));
    if (host.isEmpty()) {
      throw new Unreadable("no host (expected: postgres://user:password@host:port/database)");
    }
    if (!host.matches("[A-Za-z0-9._:%-]+")) {
      throw new Unreadable(
          "a host with characters no host has (expected: a name or an address; write @ : / ? # % of"
              + " a password as %40 %3A %2F %3F %23 %25)");
    }
    return host;
  }

  private static int portOf(String hostAndPort) throws Unreadable {
    int colon = portColon(hostAndPort);
    if (colon == hostAndPort.length()) {
      return DEFAULT_PORT;
    }
    String port = hostAndPort.substring(colon + 1);
    if (!port.matches("\\d{1,5}")
        || Integer.parseInt(port) < 1
        || Integer.parseInt(port) > 65_535) {
      // Not shown: with a '/' in the password, this is the password.
      throw new Unreadable("a port that is none (expected: 1 to 65535)");
    }
    return Integer.parseInt(port);
  }

  /** Where the port's colon is, or the text's end. */
  private static int portColon(String hostAndPort) {
    int colon = hostAndPort.indexOf(':', Math.max(0, hostAndPort.indexOf(']')));
    return colon < 0 ? hostAndPort.length() : colon;
  }

  private static Map<String, String> queryOf(String query) throws Unreadable {
    Map<String, String> given = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decoded("parameter", equals < 0 ? pair : pair.substring(0, equals));
      given.put(name, equals < 0 ? "" : decoded(name, pair.substring(equals + 1)));
    }
    return given;
  }

  private static Map<String, String> knownParameters(Map<String, String> given) throws Unreadable {
    Map<String, String> known = new LinkedHashMap<>();
    for (Map.Entry<String, String> parameter : given.entrySet()) {
      String name = parameter.getKey();
      if (PASSED_ON.containsKey(name)) {
        known.put(name, parameter.getValue());
      } else if (!WITHOUT_EFFECT.contains(name)
          && !name.equals("user")
          && !name.equals("password")) {
        String shown = name.matches("[A-Za-z_]{1,40}") ? " " + name : "";
        throw new Unreadable(
            "unknown parameter" + shown + " (expected: one of " + sorted(PASSED_ON.keySet()) + ")");
      }
    }
    return Map.copyOf(known);
  }

  private static String sorted(Set<String> names) {
    return String.join(", ", names.stream().sorted().toList());
  }

  private static String decoded(String part, String text) throws Unreadable {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '%') {
        bytes.write(raw[i]);
        continue;
      }
      int high = i + 2 <= raw.length - 1 ? Character.digit(raw[i + 1], 16) : -1;
      int low = i + 2 <= raw.length - 1 ? Character.digit(raw[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw new Unreadable(part + ": a % without two hex digits (expected: %25 for a % itself)");
      }
      bytes.write(high * 16 + low);
      i += 2;
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte next : text.getBytes(StandardCharsets.UTF_8)) {
      char letter = (char) (next & 0xff);
      if (letter < 128 && (Character.isLetterOrDigit(letter) || "-._~".indexOf(letter) >= 0)) {
        encoded.append(letter);
      } else {
        encoded.append(String.format("%%%02X", next & 0xff));
      }
    }
    return encoded.toString();
  }

  private static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;
    private final String why;

    Unreadable(String why) {
      super(why, null, false, false);
      this.why = "database URL: " + why;
    }
  }
}
