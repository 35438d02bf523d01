package dev.metaops.main;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.metaops.command.ExitCode;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.postgres.PostgresUnavailable;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the JVM watches once to start faster afterwards: short commands, or the beginning of serve,
 * against a world that lasts as long as the training. A part of the world that cannot be made is
 * left out, and said.
 */
final class Training {
  private static final List<List<String>> LESSONS =
      List.of(
          List.of("order", "check-stuck", "2"),
          List.of("order", "check-stuck", "20s", "-o", "json"),
          List.of("order", "states"),
          List.of("order", "show", "ord_1"),
          List.of("order", "verify", "ord_1"),
          List.of("order", "fix", "ord_1", "SETTLED", "because", "--dry-run"),
          List.of("events", "sweep"),
          List.of("status"),
          List.of("health", "quick"),
          List.of("health", "blockchain"),
          List.of("config", "show"),
          List.of("config", "check", "-o", "json"),
          List.of("order", "check-stukc"));

  private static final Duration MOST = Duration.ofSeconds(30);

  private static final int MOST_TRIES = 100;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);
  private static final Duration A_MOMENT = Duration.ofSeconds(1);

  private Training() {}

  /** What is learned in a world with a database. */
  private interface Lesson {
    void teach(EmbeddedPostgres database, World world)
        throws IOException, SQLException, PostgresUnavailable, InterruptedException;
  }

  /** An environment, what is below it, and who trains in it. */
  private record World(Map<String, String> variables, Path directory, Surroundings surroundings) {
    World with(Map<String, String> more) {
      Map<String, String> all = new HashMap<>(variables);
      all.putAll(more);
      return new World(all, directory, surroundings);
    }

    /** Nobody hears what is said in it. */
    Surroundings quiet() {
      PrintStream nowhere =
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
      return new Surroundings(
          variables, directory, surroundings.home(), Set.of(), surroundings.in(), nowhere, nowhere);
    }
  }

  /** Of short commands; without a database, if there can be none. */
  static ExitCode ofShortCommands(Surroundings surroundings) {
    return inAWorld(surroundings, Training::practiseOnOrders, Training::practise);
  }

  /** Of serve, which is nothing without a database. */
  static ExitCode ofServe(Surroundings surroundings) {
    return inAWorld(surroundings, Training::serve, _ -> {});
  }

  private static ExitCode inAWorld(
      Surroundings surroundings, Lesson lesson, Consumer<World> withoutDatabase) {
    try {
      Path directory = Files.createTempDirectory("metaops-training");
      try {
        learn(directory, surroundings, lesson, withoutDatabase);
      } finally {
        delete(directory);
      }
    } catch (IOException | UncheckedIOException failed) {
      surroundings.err().println("training: " + failed);
    }
    return ExitCode.FINE;
  }

  private static void learn(
      Path directory, Surroundings surroundings, Lesson lesson, Consumer<World> withoutDatabase)
      throws IOException {
    HttpServer chain = chain();
    int port = chain.getAddress().getPort();
    World world =
        new World(
            Map.of(
                "METAOPS_DATA_DIR",
                directory.resolve("data").toString(),
                "METAOPS_ENVIRONMENT",
                "training",
                "ESCROW_CONTRACT_ADDRESS",
                "0x00000000000000000000000000000000000000e5",
                // Two nodes, so that asking several side by side is learned too.
                "RPC_URL",
                "http://127.0.0.1:" + port + ",http://localhost:" + port),
            directory,
            surroundings);
    try (EmbeddedPostgres database =
        EmbeddedPostgres.open(
            directory.resolve("postgres"), SystemTicker.SYSTEM, surroundings.err()::println)) {
      lesson.teach(database, world);
    } catch (PostgresUnavailable | SQLException absent) {
      surroundings.err().println("training without a database: " + absent.getMessage());
      withoutDatabase.accept(world);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      chain.stop(0);
    }
  }

  private static void practiseOnOrders(EmbeddedPostgres database, World world) throws SQLException {
    String url = database.instance().secretUrl("postgres");
    LessonStore.fill(
        new Database(DatabaseUrl.of(url), "metaops train", SystemTicker.SYSTEM),
        Deadline.in(MOST, SystemTicker.SYSTEM));
    practise(world.with(Map.of("DATABASE_URL", url)));
  }

  private static void practise(World world) {
    Surroundings quiet = world.quiet();
    for (List<String> words : LESSONS) {
      ExitCode exit = Main.run(words, quiet);
      world.surroundings().err().println(String.join(" ", words) + " → " + exit.status());
    }
  }

  /** Until it answers over HTTP, and a moment longer: its node says nothing it could follow. */
  private static void serve(EmbeddedPostgres database, World world)
      throws IOException, PostgresUnavailable, InterruptedException {
    database.createDatabaseIfAbsent("orders");
    database.createDatabaseIfAbsent("ops");
    int port = freePort();
    World served =
        world.with(
            Map.of(
                "DATABASE_URL", database.instance().secretUrl("orders"),
                "OPS_DATABASE_URL", database.instance().secretUrl("ops"),
                "METAOPS_PORT", String.valueOf(port),
                // Nobody answers there; the classes that ask are learned all the same.
                "RPC_WS_URL", "ws://127.0.0.1:" + port));
    Surroundings quiet = served.quiet();
    Thread serving = Thread.ofPlatform().daemon().start(() -> Main.run(List.of("serve"), quiet));
    boolean isUp = false;
    for (int tries = 0; tries < MOST_TRIES && !isUp && serving.isAlive(); tries++) {
      isUp = !serving.join(BETWEEN_TRIES) && answers(port);
    }
    serving.join(A_MOMENT);
    serving.interrupt();
    serving.join(A_MOMENT);
    world.surroundings().err().println("serve → " + (isUp ? "up" : "not up"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean answers(int port) {
    try {
      var connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + "/health/live").toURL().openConnection();
      return connection.getResponseCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** A node on loopback that answers every call with the same number. */
  private static HttpServer chain() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", Training::answer);
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      byte[] body =
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x7a69\"}".getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
