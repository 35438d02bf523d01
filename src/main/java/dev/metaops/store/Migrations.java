package dev.metaops.store;

import dev.metaops.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;

/**
 * The schema's steps, from the class path: {@code V…__*.sql} once in order of version, then {@code
 * R__*.sql} whenever they change. What was applied stands in {@code metaops.schema_history}. Only
 * for processes that live long: Flyway's start alone is more than a short command may take. Needs a
 * direct connection, not one through a transaction pooler.
 */
public final class Migrations {
  private static final String SCRIPT = "(V[0-9._]+|R)__.+\\.sql";

  /** Versions first, by number; then the others, by name. */
  private static final Comparator<String> IN_ORDER =
      Comparator.<String, Boolean>comparing(name -> !name.startsWith("V"))
          .thenComparing(Migrations::version)
          .thenComparing(Comparator.naturalOrder());

  private static final String OPS = "db/ops";

  private static final Set<String> LOGGED = Set.of("db/orders", OPS);

  private static final String DEADLOCK = "40P01";

  /** A script locks tables in its own order; who reads them in another may end it. */
  private static final int MOST_TRIES = 5;

  private Migrations() {}

  /**
   * Applies what is missing and returns how many scripts ran; idempotent, and safe for several
   * processes at once.
   *
   * @param location a directory of the class path, for example {@code db/orders}; several are
   *     joined by a plus sign, and then their scripts go in one order
   */
  public static int apply(Database database, String location, Deadline deadline)
      throws DatabaseUnavailable {
    for (int tried = 1; ; tried++) {
      try {
        return migrated(database, location, deadline);
      } catch (FlywayException failed) {
        // Nothing of the script is kept; those that read meanwhile are through by then.
        if (tried == MOST_TRIES || deadline.hasPassed() || !isDeadlock(failed)) {
          throw notMigrated(database, location, failed);
        }
      }
    }
  }

  private static boolean isDeadlock(FlywayException failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException refused && DEADLOCK.equals(refused.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  private static int migrated(Database database, String location, Deadline deadline)
      throws DatabaseUnavailable {
    Duration given = deadline.remaining();
    // Flyway wraps what went wrong; an unreachable database deserves its own name.
    try (Connection _ = database.connect(deadline)) {
      return Flyway.configure()
          .dataSource(new Connections(database, deadline))
          .locations(
              places(location).stream().map(place -> "classpath:" + place).toArray(String[]::new))
          .placeholders(placeholders(location))
          .defaultSchema(schema(location))
          .schemas(schema(location))
          .table("schema_history")
          .failOnMissingLocations(true)
          .validateMigrationNaming(true)
          .lockRetryCount(Math.clamp(given.toSeconds(), 1, 3600))
          .load()
          .migrate()
          .migrationsExecuted;
    } catch (SQLException failed) {
      throw new DatabaseUnavailable(DatabaseFailure.of(failed, database.url(), given), failed);
    }
  }

  /**
   * The same, but does not even start Flyway when the database says that exactly these scripts were
   * the last to be applied; needs no right to change anything then.
   */
  public static int applyIfChanged(Database database, String location, Deadline deadline)
      throws DatabaseUnavailable {
    Duration given = deadline.remaining();
    String mark = "metaops " + location + " " + fingerprint(location);
    try (Connection connection = database.connect(deadline)) {
      Optional<String> found =
          Rows.first(
              connection,
              "SELECT coalesce(obj_description(to_regnamespace(?), 'pg_namespace'), '')",
              row -> row.getString(1),
              schema(location));
      if (found.filter(mark::equals).isPresent()) {
        return 0;
      }
      int applied = apply(database, location, deadline);
      Rows.execute(connection, "COMMENT ON SCHEMA " + schema(location) + " IS '" + mark + "'");
      return applied;
    } catch (DatabaseUnavailable known) {
      throw known;
    } catch (SQLException failed) {
      throw new DatabaseUnavailable(DatabaseFailure.of(failed, database.url(), given), failed);
    }
  }

  /** What is done in these is logged beside it, by one text for all of them. */
  private static List<String> places(String location) {
    var places = new ArrayList<>(List.of(location.split("\\+", -1)));
    if (LOGGED.contains(places.getFirst())) {
      places.add("db/log");
    }
    return List.copyOf(places);
  }

  /** Our own store and a ledger kept in it stand side by side in one database. */
  private static String schema(String location) {
    return location.equals(OPS) ? "metaops_ops" : "metaops";
  }

  private static Map<String, String> placeholders(String location) {
    String schema = schema(location);
    return Map.of("log", schema, "api", location.equals(OPS) ? schema : schema + "_api");
  }

  private static String fingerprint(String location) {
    try {
      byte[] scripts = script(location).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(scripts));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * All scripts in the order they apply, as one text for a database we may not migrate.
   *
   * @throws IllegalArgumentException when there is no such location
   */
  public static String script(String location) {
    StringBuilder script = new StringBuilder();
    try {
      for (Script each : all(location)) {
        script.append("-- ").append(each.path()).append("\n\n");
        try (InputStream bytes = resource(each.path()).openStream()) {
          script.append(new String(bytes.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(location + " on the class path cannot be read", unreadable);
    }
    String text = script.toString();
    for (Map.Entry<String, String> placeholder : placeholders(location).entrySet()) {
      text = text.replace("${" + placeholder.getKey() + "}", placeholder.getValue());
    }
    return text;
  }

  private record Script(String place, String name) {
    String path() {
      return place + "/" + name;
    }
  }

  private static List<Script> all(String location) throws IOException {
    var all = new ArrayList<Script>();
    for (String place : places(location)) {
      for (String name : names(place)) {
        if (name.matches(SCRIPT)) {
          all.add(new Script(place, name));
        }
      }
    }
    all.sort(Comparator.comparing(Script::name, IN_ORDER));
    return all;
  }

  /** The names of all scripts, sorted by name. Cheap: needs no migration library. */
  public static List<String> scripts(String location) {
    try {
      return all(location).stream().map(Script::name).sorted().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(location + " on the class path cannot be read", unreadable);
    }
  }

  static List<String> inOrder(List<String> names) {
    return names.stream().filter(name -> name.matches(SCRIPT)).sorted(IN_ORDER).toList();
  }

  private static MigrationVersion version(String name) {
    return name.startsWith("V")
        ? MigrationVersion.fromVersion(name.substring(1, name.indexOf("__")))
        : MigrationVersion.EMPTY;
  }

  private static List<String> names(String location) throws IOException {
    URL directory = resource(location);
    if (directory.openConnection() instanceof JarURLConnection jar) {
      String prefix = location + "/";
      return jar.getJarFile().stream()
          .map(entry -> entry.getName())
          .filter(name -> name.startsWith(prefix))
          .map(name -> name.substring(prefix.length()))
          .toList();
    }
    try (Stream<Path> files = Files.list(Path.of(URI.create(directory.toString())))) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  private static URL resource(String name) {
    URL found = Migrations.class.getResource("/" + name);
    if (found == null) {
      throw new IllegalArgumentException(name + ": not on the class path");
    }
    return found;
  }

  private static DatabaseUnavailable notMigrated(
      Database database, String location, FlywayException failed) {
    List<String> lines = new ArrayList<>();
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof DatabaseUnavailable known) {
        return known;
      }
      if (cause.getMessage() != null && cause.getCause() == null) {
        lines.addAll(cause.getMessage().lines().filter(line -> !line.isBlank()).limit(3).toList());
      }
    }
    String said = database.url().withoutPassword(String.join(" ", lines));
    return new DatabaseUnavailable(
        new DatabaseFailure.NotMigrated(database.url().place(), location, said), failed);
  }

  /** The database as Flyway wants it. */
  private record Connections(Database database, Deadline deadline) implements DataSource {
    @Override
    public Connection getConnection() throws SQLException {
      return database.connect(deadline);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
      throw new SQLFeatureNotSupportedException("another user");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
      return null;
    }

    @Override
    public void setLogWriter(PrintWriter writer) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
      return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
      throw new SQLFeatureNotSupportedException("java.util.logging");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
      throw new SQLFeatureNotSupportedException(type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
      return false;
    }
  }
}
