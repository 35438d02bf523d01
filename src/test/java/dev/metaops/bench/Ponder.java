package dev.metaops.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The application in {@code bench/peers/ponder}: an event row and an upserted order.
 *
 * @param directory for its output
 */
public record Ponder(Path root, Path directory, int port) implements Contestant {
  static Ponder in(Path root, Path directory) {
    return new Ponder(root, directory, Ports.free());
  }

  @Override
  public String name() {
    return "Ponder";
  }

  @Override
  public void prepare(VenueDatabase database, OrdersChain chain, int orders) throws SQLException {
    database.requireDurable();
  }

  @Override
  public Running start(VenueDatabase database, String rpcUrl, OrdersChain chain)
      throws IOException {
    return Running.start(
        List.of(
            "node",
            "node_modules/ponder/dist/esm/bin/ponder.js",
            "start",
            "--schema",
            "bench",
            "--hostname",
            "127.0.0.1",
            "--port",
            String.valueOf(port)),
        Map.of(
            "RPC_URL",
            rpcUrl,
            "ESCROW",
            chain.escrow().text(),
            "POLL_MS",
            Sqd.POLL_MILLIS,
            "PONDER_TELEMETRY_DISABLED",
            "true",
            "DATABASE_URL",
            database.secretUrl()),
        root.resolve("bench/peers/ponder"),
        directory.resolve("ponder.log"));
  }

  /** Its checkpoint's text holds the block's number in digits 27 to 42. */
  @Override
  public Optional<Instant> reached(VenueDatabase database, long block) throws SQLException {
    if (!database.has("bench._ponder_checkpoint")) {
      return Optional.empty();
    }
    return database.moment(
        "SELECT pg_xact_commit_timestamp(xmin) FROM bench._ponder_checkpoint"
            + " WHERE substr(latest_checkpoint, 27, 16)::numeric >= "
            + block);
  }

  @Override
  public Map<String, Instant> created(VenueDatabase database) throws SQLException {
    return database.moments(
        "SELECT order_key, pg_xact_commit_timestamp(xmin) FROM bench.order_event"
            + " WHERE kind = 'CREATED'");
  }

  @Override
  public Set<String> held(VenueDatabase database) throws SQLException {
    return Set.copyOf(database.all("SELECT order_key || ':' || kind FROM bench.order_event"));
  }

  @Override
  public long events(VenueDatabase database) throws SQLException {
    return database.number("SELECT count(*) FROM bench.order_event");
  }

  @Override
  public long settled(VenueDatabase database) throws SQLException {
    return database.number("SELECT count(*) FROM bench.orders WHERE state = 'SETTLED'");
  }
}
