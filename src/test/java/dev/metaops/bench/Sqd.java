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
 * The processor in {@code bench/peers/sqd}: an event row and an upserted order in one transaction.
 *
 * @param directory for its output
 */
public record Sqd(Path root, Path directory) implements Contestant {
  /** How often the peers look at the chain's head; their defaults are slower. */
  static final String POLL_MILLIS = "500";

  @Override
  public String name() {
    return "SQD";
  }

  @Override
  public void prepare(VenueDatabase database, OrdersChain chain, int orders) throws SQLException {
    database.requireDurable();
  }

  @Override
  public Running start(VenueDatabase database, String rpcUrl, OrdersChain chain)
      throws IOException {
    return Running.start(
        List.of("node", "main.js"),
        Map.of(
            "RPC_URL",
            rpcUrl,
            "ESCROW",
            chain.escrow().text(),
            "CREATED_TOPIC",
            Topics.CREATED,
            "RELEASED_TOPIC",
            Topics.RELEASED,
            "FINALITY",
            String.valueOf(OrdersChain.FINALITY),
            "POLL_MS",
            POLL_MILLIS,
            "DB_URL",
            database.secretUrl()),
        root.resolve("bench/peers/sqd"),
        directory.resolve("sqd.log"));
  }

  @Override
  public Optional<Instant> reached(VenueDatabase database, long block) throws SQLException {
    if (!database.has("squid_processor.hot_block")) {
      return Optional.empty();
    }
    return database.moment(
        "SELECT max(pg_xact_commit_timestamp(xmin)) FROM (SELECT xmin, height FROM"
            + " squid_processor.hot_block UNION ALL SELECT xmin, height FROM"
            + " squid_processor.status) s WHERE height >= "
            + block);
  }

  @Override
  public Map<String, Instant> created(VenueDatabase database) throws SQLException {
    return database.moments(
        "SELECT order_key, pg_xact_commit_timestamp(xmin) FROM order_event WHERE kind = 'CREATED'");
  }

  @Override
  public Set<String> held(VenueDatabase database) throws SQLException {
    return Set.copyOf(database.all("SELECT order_key || ':' || kind FROM order_event"));
  }

  @Override
  public long events(VenueDatabase database) throws SQLException {
    return database.number("SELECT count(*) FROM order_event");
  }

  @Override
  public long settled(VenueDatabase database) throws SQLException {
    return database.number("SELECT count(*) FROM orders WHERE state = 'SETTLED'");
  }
}
