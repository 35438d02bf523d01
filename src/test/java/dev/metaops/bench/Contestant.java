package dev.metaops.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

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

  /** How many events it has written as rows. */
  long events(VenueDatabase database) throws SQLException;

  /** How many orders it says are over. */
  long settled(VenueDatabase database) throws SQLException;
}
