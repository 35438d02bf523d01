package dev.metaops.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who follows a chain into a database. */
public sealed interface Contestant permits Ours, Sqd, Ponder {
  String name();

  /** Everything that has to be there before it starts; takes as long as it takes. */
  void prepare(VenueDatabase database, OrdersChain chain, int orders)
      throws SQLException, IOException;

  /** Starts following. */
  Running start(VenueDatabase database, String rpcUrl, OrdersChain chain) throws IOException;

  /** When the transaction committed that took it to this block, empty while it is not there. */
  Optional<Instant> reached(VenueDatabase database, long block) throws SQLException;

  /**
   * When each creation of an order, by its escrow's key, was committed. Of ours: the order's row
   * and status, moved in one transaction with the event.
   */
  Map<String, Instant> created(VenueDatabase database) throws SQLException;

  /** The events it takes for true, each as its escrow's key, a colon and its kind. */
  Set<String> held(VenueDatabase database) throws SQLException;

  /** How many events it has written as rows. */
  long events(VenueDatabase database) throws SQLException;

  /** How many orders it says are over. */
  long settled(VenueDatabase database) throws SQLException;
}
