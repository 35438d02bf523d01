package dev.metaops.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code metaops serve}, as its users start it.
 *
 * @param listen lines of {@code [listen]} in its configuration, to choose what it proves
 * @param opsUrl an empty database for its own store
 * @param port where it answers over HTTP
 */
public record Ours(String name, Path root, Path directory, String listen, String opsUrl, int port)
    implements Contestant {
  private static final String TOKEN = "bench-reads-the-metrics";

  /** How many series its {@code /metrics} shows now. */
  long series() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<Stream<String>> answer =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                  .header("Authorization", "Bearer " + TOKEN)
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              HttpResponse.BodyHandlers.ofLines());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException("/metrics answered " + answer.statusCode());
      }
      return answer
          .body()
          .filter(line -> !line.isEmpty() && Character.isLetter(line.charAt(0)))
          .count();
    }
  }

  @Override
  public void prepare(VenueDatabase database, OrdersChain chain, int orders)
      throws SQLException, IOException {
    database.place(chain, orders);
    database.requireDurable();
    database.requireTriggers();
  }

  /** One command of an operator, with the configuration of the running {@code serve}. */
  Words.Ended command(VenueDatabase database, String rpcUrl, String... words)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(root.resolve("metaops").toString()));
    all.addAll(List.of(words));
    return new Words(
            all,
            Map.of(
                "DATABASE_URL", database.secretUrl(),
                "RPC_URL", rpcUrl,
                "METAOPS_DATA_DIR", directory.resolve("data").toString(),
                "METAOPS_CONFIG", configuration().toString(),
                "METAOPS_NO_BUILD", "yes"),
            directory)
        .run();
  }

  private Path configuration() {
    return directory.resolve("metaops.toml");
  }

  @Override
  public Running start(VenueDatabase database, String rpcUrl, OrdersChain chain)
      throws IOException {
    Files.createDirectories(directory);
    Files.writeString(
        configuration(),
        """
        [orders]
        mode = "own"
        guard = "enforce"

        [escrow]
        address = "%s"
        from-block = 1

        [listen]
        %s
        """
            .formatted(chain.escrow().text(), listen));
    Map<String, String> environment = new HashMap<>();
    environment.put("DATABASE_URL", database.secretUrl());
    environment.put("OPS_DATABASE_URL", opsUrl);
    environment.put("RPC_URL", rpcUrl);
    environment.put("RPC_WS_URL", chain.webSocketUrl());
    environment.put("METAOPS_DATA_DIR", directory.resolve("data").toString());
    environment.put("METAOPS_CONFIG", configuration().toString());
    environment.put("METAOPS_PORT", String.valueOf(port));
    environment.put("METAOPS_NO_BUILD", "yes");
    environment.put("METAOPS_TOKEN", TOKEN);
    // For a profiler; nothing else belongs here.
    environment.put(
        "METAOPS_JAVA_OPTIONS", System.getenv().getOrDefault("METAOPS_JAVA_OPTIONS", ""));
    return Running.start(
        List.of(root.resolve("metaops").toString(), "serve"),
        environment,
        directory,
        directory.resolve("serve.log"));
  }

  @Override
  public Optional<Instant> reached(VenueDatabase database, long block) throws SQLException {
    return database.moment(
        "SELECT pg_xact_commit_timestamp(xmin) FROM metaops.stream WHERE cursor_number >= "
            + block);
  }

  @Override
  public Map<String, Instant> created(VenueDatabase database) throws SQLException {
    return database.moments(
        "SELECT o.escrow_key, pg_xact_commit_timestamp(c.xmin) FROM metaops.order_change c"
            + " JOIN public.orders o ON o.id = c.order_id WHERE c.to_state = 'PENDING'");
  }

  @Override
  public Set<String> held(VenueDatabase database) throws SQLException {
    return Set.copyOf(
        database.all(
            "SELECT '0x' || encode(escrow_key, 'hex') || ':' || kind FROM metaops.event"
                + " WHERE canonical"));
  }

  @Override
  public long events(VenueDatabase database) throws SQLException {
    return database.number("SELECT count(*) FROM metaops.event WHERE canonical");
  }

  @Override
  public long settled(VenueDatabase database) throws SQLException {
    return database.number("SELECT count(*) FROM public.orders WHERE state = 'SETTLED'");
  }
}
