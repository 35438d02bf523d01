package dev.metaops.reach;

import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.OrdersSection;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.Stream;
import dev.metaops.orders.MirrorStore;
import dev.metaops.orders.ObservedOrders;
import dev.metaops.orders.OrderBook;
import dev.metaops.orders.OrdersStore;
import dev.metaops.orders.Sight;
import dev.metaops.orders.VenueOrders;
import dev.metaops.orders.VitalsStore;
import dev.metaops.postgres.PostgresUnavailable;
import dev.metaops.store.Database;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * The orders as a command reads them, and the ledger beside them where there is one: in the same
 * database where metaops was installed there, else in our own store while a listener keeps it, else
 * nowhere. Not thread-safe.
 *
 * @param ledger empty when nothing follows the chain for these orders
 * @param without why there is no ledger, for where one would be believed
 */
public record Books(OrderBook orders, Optional<LedgerStore> ledger, String without)
    implements AutoCloseable {
  private static final String NOTHING_FOLLOWS = "nothing follows the chain into this database yet";

  Books(OrderBook orders, Optional<LedgerStore> ledger) {
    this(orders, ledger, NOTHING_FOLLOWS);
  }

  /** Our own store helps; nobody waits long for it. */
  private static final Duration MOST_FOR_OUR_STORE = Duration.ofMillis(1_200);

  /** Says what stands in the way of reading orders at all; empty when nothing does. */
  public static final String NO_ORDERS =
      "no orders database is configured: set DATABASE_URL, or SUPABASE_URL and SUPABASE_KEY";

  /** Opens whatever is configured; a door that does not open travels as {@link SQLException}. */
  public static Books open(Conversation conversation, String application, Deadline deadline)
      throws SQLException {
    return Reach.books(conversation, application, deadline);
  }

  /** Over a connection to the orders database, which is closed with this. */
  public static Books over(Connection connection, Conversation conversation, Deadline deadline)
      throws SQLException {
    return new VitalsStore(connection).hasLedger()
        ? new Books(new OrdersStore(connection), Optional.of(new LedgerStore(connection)))
        : observing(
            VenueOrders.over(
                connection, Reach.tableMap(conversation.settings()), conversation.ticker()),
            conversation,
            deadline);
  }

  /**
   * A venue's own table, and the ledger of our own store where that can be asked. The ledger's word
   * on rows counts while both it and the copy it was folded for are fresh; else it only says how
   * its listener is.
   */
  static Books observing(VenueOrders venue, Conversation conversation, Deadline deadline) {
    Optional<Connection> store = ledgerHome(conversation, deadline);
    if (store.isEmpty()) {
      return new Books(venue, Optional.empty());
    }
    Duration budget = conversation.settings().listen().staleAfter();
    try {
      var ledger = new LedgerStore(store.get());
      Optional<Duration> age = new MirrorStore(store.get()).age();
      boolean isCopied = age.filter(old -> old.compareTo(budget) <= 0).isPresent();
      boolean isFresh =
          ledger.stream()
              .filter(stream -> stream.headSeenAt().isPresent())
              .filter(stream -> stream.staleness().compareTo(budget) <= 0)
              .isPresent();
      if (isCopied && isFresh) {
        return new Books(
            new ObservedOrders(venue, new OrdersStore(store.get())), Optional.of(ledger));
      }
      if (!isFresh) {
        return new Books(venue, Optional.of(ledger));
      }
      close(store.get());
      return new Books(
          venue,
          Optional.empty(),
          "the ledger's copy of the orders is "
              + age.map(Ages::of).map(old -> old + " old").orElse("not whole yet"));
    } catch (SQLException lost) {
      // Without a ledger the chain itself is asked.
    }
    close(store.get());
    return new Books(venue, Optional.empty());
  }

  /** Empty when our own store is down, or nothing was ever observed into it. */
  private static Optional<Connection> ledgerHome(Conversation conversation, Deadline deadline) {
    try {
      Optional<DatabaseUrl> url = OpsHome.running(conversation.settings());
      if (url.isEmpty()) {
        return Optional.empty();
      }
      Connection connection =
          new Database(url.get(), "metaops", conversation.ticker())
              .connect(deadline.atMost(MOST_FOR_OUR_STORE));
      if (new VitalsStore(connection).hasLedger()) {
        return Optional.of(connection);
      }
      connection.close();
    } catch (SQLException | PostgresUnavailable down) {
      // The orders and the chain can be read without it.
    }
    return Optional.empty();
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException lost) {
      // It was only read from.
    }
  }

  /** Where following the chain stands, when something follows. */
  public Optional<Stream> stream() throws SQLException {
    return ledger.isPresent() ? ledger.get().stream() : Optional.empty();
  }

  /** Whether the rows come with the ledger's word on them. */
  public boolean isFolded() {
    return ledger.isPresent() && !(orders instanceof VenueOrders);
  }

  /** The rows as they are, for whom the ledger's word on them does not count. */
  public OrderBook bare() {
    return orders instanceof ObservedOrders observed ? observed.venue() : orders;
  }

  /** The command that goes on with an order the chain is ahead of, in the environment there is. */
  public static String next(Conversation conversation, String id) {
    return conversation.settings().orders().mode() == OrdersSection.Mode.OBSERVE
        ? "metaops order verify " + id
        : "metaops order fix " + id;
  }

  /** What stands against saying anything of all orders; empty when nothing does. */
  public Optional<Caveat> caveat() throws SQLException {
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
          isCut()
              ? Optional.of(
                  new Caveat(
                      ExitCode.COULD_NOT,
                      "UNKNOWN: more orders are open than are read at once ("
                          + VenueOrders.MOST_OPEN
                          + "); what is said is of those that were read"))
              : showsNone
                  ? Optional.of(
                      new Caveat(
                          ExitCode.WARNING,
                          "the orders table shows no row: no order was placed yet, or orders.table"
                              + " names another table"))
                  : Optional.empty();
    };
  }

  private boolean isCut() throws SQLException {
    return switch (orders) {
      case VenueOrders venue -> venue.isCut();
      case ObservedOrders observed -> observed.venue().isCut();
      case OrderBook whole -> false;
    };
  }

  /** A sentence beside an answer, and how the answer has to end because of it, at least. */
  public record Caveat(ExitCode exit, String sentence) {}

  @Override
  public void close() throws SQLException {
    try {
      orders.close();
    } finally {
      if (ledger.isPresent()) {
        ledger.get().close();
      }
    }
  }
}
