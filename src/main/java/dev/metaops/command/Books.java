package dev.metaops.command;

import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.Stream;
import dev.metaops.orders.OrderBook;
import dev.metaops.orders.OrdersStore;
import dev.metaops.orders.Sight;
import dev.metaops.orders.VenueOrders;
import dev.metaops.orders.VitalsStore;
import dev.metaops.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The orders as a command reads them, and the ledger beside them where there is one: in the same
 * database where metaops was installed there, else in our own store while a listener keeps it, else
 * nowhere. Not thread-safe.
 *
 * @param ledger empty when nothing follows the chain for these orders
 */
record Books(OrderBook orders, Optional<LedgerStore> ledger) implements AutoCloseable {
  /** Says what stands in the way of reading orders at all; empty when nothing does. */
  static final String NO_ORDERS =
      "no orders database is configured: set DATABASE_URL, or SUPABASE_URL and SUPABASE_KEY";

  /** Opens whatever is configured; a door that does not open travels as {@link SQLException}. */
  static Books open(Conversation conversation, String application, Deadline deadline)
      throws SQLException {
    return Reach.books(conversation, application, deadline);
  }

  /** Over a connection to the orders database, which is closed with this. */
  static Books over(Connection connection, Conversation conversation) throws SQLException {
    return new VitalsStore(connection).hasLedger()
        ? new Books(new OrdersStore(connection), Optional.of(new LedgerStore(connection)))
        : new Books(
            VenueOrders.over(
                connection, Reach.tableMap(conversation.settings()), conversation.ticker()),
            Optional.empty());
  }

  /** Where following the chain stands, when something follows. */
  Optional<Stream> stream() throws SQLException {
    return ledger.isPresent() ? ledger.get().stream() : Optional.empty();
  }

  /** What stands against saying anything of all orders; empty when nothing does. */
  Optional<Caveat> caveat() throws SQLException {
    boolean showsNone = orders.rowfulness() == OrderBook.Rowfulness.NO_ROW;
    return switch (orders.sight()) {
      case Sight.Partial(String why) ->
          Optional.of(
              new Caveat(
                  ExitCode.COULD_NOT,
                  "UNKNOWN: "
                      + (showsNone ? "the orders table shows no row" : "rows may be hidden")
                      + ": "
                      + why
                      + " (set the service role's key, or a login that sees every row)"));
      case Sight.Whole() ->
          showsNone
              ? Optional.of(
                  new Caveat(
                      ExitCode.WARNING,
                      "the orders table shows no row: no order was placed yet, or orders.table"
                          + " names another table"))
              : Optional.empty();
    };
  }

  /** A sentence beside an answer, and how the answer has to end because of it, at least. */
  record Caveat(ExitCode exit, String sentence) {}

  @Override
  public void close() throws SQLException {
    orders.close();
  }
}
