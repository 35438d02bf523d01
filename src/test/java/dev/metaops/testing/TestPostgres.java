package dev.metaops.testing;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.postgres.Instance;
import dev.metaops.postgres.PostgresUnavailable;
import dev.metaops.store.Database;
import dev.metaops.store.Migrations;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One embedded server for all tests of a JVM, and databases in it that cost milliseconds: copies of
 * a template that was migrated once. Stopped and removed when the JVM ends; what a killed JVM left
 * is removed by the next. Thread-safe.
 */
public final class TestPostgres {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final String DIRECTORY = "test-postgres-";
  private static final Duration MOST = Duration.ofSeconds(60);

  private static @Nullable EmbeddedPostgres running;
  private static final Map<String, String> TEMPLATES = new HashMap<>();
  private static int created;

  private TestPostgres() {}

  /** A new database with the orders schema. */
  public static Database withOrdersSchema() {
    return freshDatabase("db/orders");
  }

  /** A new database with the schema of one migration location. */
  public static synchronized Database freshDatabase(String location) {
    String template = TEMPLATES.get(location);
    if (template == null) {
      Database source = emptyDatabase();
      try {
        Migrations.apply(source, location, minute());
      } catch (SQLException failed) {
        throw new IllegalStateException(failed);
      }
      template = source.url().database();
      TEMPLATES.put(location, template);
    }
    return copyOf(template);
  }

  /** A new database without anything in it. Its url is the superuser's. */
  public static synchronized Database emptyDatabase() {
    return copyOf("template1");
  }

  /** The superuser's URL of a database of this server, password included. */
  public static synchronized DatabaseUrl url(String database) {
    return DatabaseUrl.of(instance().secretUrl(database));
  }

  public static Deadline minute() {
    return Deadline.in(MOST, SystemTicker.SYSTEM);
  }

  private static Database copyOf(String template) {
    String name = "test_" + ++created;
    Database maintenance = database("postgres");
    try (Connection connection = maintenance.connect(minute());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name + " TEMPLATE " + template);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
    return database(name);
  }

  private static Database database(String name) {
    return new Database(
        DatabaseUrl.of(instance().secretUrl(name)), "metaops-test", SystemTicker.SYSTEM);
  }

  private static Instance instance() {
    if (running == null) {
      running = start();
    }
    return running.instance();
  }

  private static EmbeddedPostgres start() {
    Path data = TARGET.resolve(DIRECTORY + ProcessHandle.current().pid());
    try {
      Files.createDirectories(TARGET);
      removeLeftovers();
      EmbeddedPostgres started = open(data);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(started, data)));
      return started;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static EmbeddedPostgres open(Path data) {
    try {
      return EmbeddedPostgres.open(
          data, TARGET.resolve("postgres-binaries"), SystemTicker.SYSTEM, _ -> {});
    } catch (PostgresUnavailable failed) {
      throw new IllegalStateException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static void end(EmbeddedPostgres postgres, Path data) {
    try {
      postgres.close();
      // A thousand files a database: more than the JVM may take to end. What is left, the next
      // takes.
      new ProcessBuilder("rm", "-rf", data.toString()).start();
    } catch (PostgresUnavailable | IOException failed) {
      System.err.println(failed.getMessage());
    }
  }

  private static void removeLeftovers() throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(TARGET, DIRECTORY + "*")) {
      for (Path data : found) {
        String pid = data.getFileName().toString().substring(DIRECTORY.length());
        if (ProcessHandle.of(Long.parseLong(pid)).isPresent()) {
          continue;
        }
        try {
          if (EmbeddedPostgres.find(data).isPresent()) {
            open(data).close();
          }
        } catch (PostgresUnavailable failed) {
          throw new IllegalStateException(failed);
        }
        Folders.delete(data);
      }
    }
  }
}
