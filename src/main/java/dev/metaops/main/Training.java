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
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import java.util.stream.Stream;

/**
 * What the JVM watches once to start faster afterwards: short commands against a world that lasts
 * as long as the training. A part of the world that cannot be made is left out, and said.
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

  private Training() {}

  static ExitCode run(Surroundings surroundings) {
    try {
      Path directory = Files.createTempDirectory("metaops-training");
      try {
        learn(directory, surroundings);
      } finally {
        delete(directory);
      }
    } catch (IOException | UncheckedIOException failed) {
      surroundings.err().println("training: " + failed);
    }
    return ExitCode.FINE;
  }

  private static void learn(Path directory, Surroundings surroundings) throws IOException {
    Map<String, String> world = new HashMap<>();
    world.put("METAOPS_DATA_DIR", directory.resolve("data").toString());
    world.put("METAOPS_ENVIRONMENT", "training");
    world.put("ESCROW_CONTRACT_ADDRESS", "0x00000000000000000000000000000000000000e5");
    HttpServer chain = chain();
    int port = chain.getAddress().getPort();
    // Two nodes, so that asking several side by side is learned too.
    world.put("RPC_URL", "http://127.0.0.1:" + port + ",http://localhost:" + port);
    try (EmbeddedPostgres database =
        EmbeddedPostgres.open(
            directory.resolve("postgres"), SystemTicker.SYSTEM, surroundings.err()::println)) {
      String url = database.instance().secretUrl("postgres");
      LessonStore.fill(
          new Database(DatabaseUrl.of(url), "metaops train", SystemTicker.SYSTEM),
          Deadline.in(MOST, SystemTicker.SYSTEM));
      world.put("DATABASE_URL", url);
      practise(world, directory, surroundings);
    } catch (PostgresUnavailable | SQLException absent) {
      surroundings.err().println("training without a database: " + absent.getMessage());
      practise(world, directory, surroundings);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      chain.stop(0);
    }
  }

  private static void practise(
      Map<String, String> world, Path directory, Surroundings surroundings) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Surroundings quiet =
        new Surroundings(
            world, directory, surroundings.home(), Set.of(), surroundings.in(), nowhere, nowhere);
    for (List<String> words : LESSONS) {
      ExitCode exit = Main.run(words, quiet);
      surroundings.err().println(String.join(" ", words) + " → " + exit.status());
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
