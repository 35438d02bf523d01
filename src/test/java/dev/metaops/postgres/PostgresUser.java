package dev.metaops.postgres;

import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;

/**
 * A process of its own that uses a data directory: opens, prints {@code open PID PORT}, then obeys
 * one word a line from its input: {@code insert} commits a row, {@code close} leaves.
 */
final class PostgresUser {
  private PostgresUser() {}

  public static void main(String[] arguments) throws Exception {
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.open(
            Path.of(arguments[0]),
            Path.of(arguments[1]),
            SystemTicker.SYSTEM,
            step -> System.out.println("progress " + step))) {
      Instance instance = postgres.instance();
      System.out.println("open " + instance.pid() + " " + instance.port());
      obey(instance);
    }
    System.out.println("closed");
  }

  private static void obey(Instance instance) throws Exception {
    while (true) {
      switch (word()) {
        case "insert" -> {
          try (Connection connection = login(instance);
              var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS kept (id bigint)");
            statement.execute("INSERT INTO kept VALUES (1)");
          }
          System.out.println("inserted");
        }
        default -> {
          return;
        }
      }
    }
  }

  private static String word() throws IOException {
    StringBuilder word = new StringBuilder();
    for (int next = System.in.read(); next != '\n' && next != -1; next = System.in.read()) {
      word.append((char) next);
    }
    return word.toString();
  }

  static Connection login(Instance instance) throws Exception {
    return DriverManager.getConnection(
        instance.jdbcUrl("postgres"), instance.user(), instance.password().value());
  }
}
