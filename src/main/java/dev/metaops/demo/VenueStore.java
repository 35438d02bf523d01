package dev.metaops.demo;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.order.OrderState;
import dev.metaops.store.Database;
import dev.metaops.store.Rows;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The venue's own hold on its orders table, with the rights a venue has. Keeps one connection and
 * makes a new one when it is lost. Thread-safe.
 */
final class VenueStore implements AutoCloseable {
  private static final String GUARD = "MO001";
  private static final Duration MOST = Duration.ofSeconds(5);
  private static final int MOST_ROWS = 500;

  private final Database database;
  private final Ticker ticker;
  private @Nullable Connection open;
  private boolean closed;

  VenueStore(DatabaseUrl url, Ticker ticker) {
    this.database = new Database(url, "venue", ticker);
    this.ticker = ticker;
  }

  /**
   * An order's row as the venue reads it.
   *
   * @param version changes with every write
   * @param block of the event that moved it, 0 when none has
   */
  record Row(String id, String state, String version, Instant updatedAt, long block) {
    boolean isFinal() {
      return OrderState.parse(state).filter(OrderState::isFinal).isPresent();
    }
  }

  /** A new order: CREATED until the chain says more. */
  void place(Terms terms, Address contract, Hash key) {
    ask(connection ->
        Rows.execute(
            connection,
            "INSERT INTO public.orders (id, buyer, seller, token, amount, escrow_contract,"
                + " escrow_key, fund_by) VALUES (?, ?, ?, ?, ?, ?, ?, now() + interval '1 hour')",
            terms.orderId(),
            terms.buyer().text(),
            terms.seller().text(),
            terms.token().text(),
            new BigDecimal(terms.amount()),
            contract.text(),
            key.text()));
  }

  /** What changed since then, in the order in which it changed; at most 500. */
  List<Row> changedSince(Instant since) {
    return ask(connection ->
            Rows.list(
                connection,
                "SELECT id, state, xmin::text AS version, updated_at, coalesce(block_number, 0) AS"
                    + " block FROM public.orders WHERE updated_at >= ? ORDER BY updated_at DESC"
                    + " LIMIT "
                    + MOST_ROWS,
                VenueStore::row,
                since))
        .reversed();
  }

  List<Row> rows(List<String> ids) {
    return ask(connection ->
        Rows.list(
            connection,
            "SELECT id, state, xmin::text AS version, updated_at, coalesce(block_number, 0) AS"
                + " block FROM public.orders WHERE id = ANY (?) ORDER BY id",
            VenueStore::row,
            (Object) ids.toArray(String[]::new)));
  }

  Row row(String id) {
    return rows(List.of(id)).getFirst();
  }

  /**
   * What the folder of scripts did to an order that hung: writes SETTLED and looks at nothing.
   *
   * @return why the database refused; empty when the row now says SETTLED
   */
  synchronized Optional<String> settleAsTheScriptsDid(String id) {
    try {
      Rows.execute(connection(), "UPDATE public.orders SET state = 'SETTLED' WHERE id = ?", id);
      return Optional.empty();
    } catch (SQLException e) {
      if (GUARD.equals(e.getSQLState())) {
        String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return Optional.of(said.replaceFirst("^ERROR: ", ""));
      }
      throw failed(e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    forget();
  }

  private interface Question<T> {
    T to(Connection connection) throws SQLException;
  }

  private synchronized <T> T ask(Question<T> question) {
    try {
      return question.to(connection());
    } catch (SQLException e) {
      forget();
      throw failed(e);
    }
  }

  private Connection connection() throws SQLException {
    if (closed) {
      throw new WorldFailure("the world is closed");
    }
    Connection connection = open;
    if (connection == null) {
      connection = database.connect(Deadline.in(MOST, ticker));
      open = connection;
    }
    connection.setNetworkTimeout(Runnable::run, (int) MOST.toMillis());
    return connection;
  }

  private void forget() {
    Connection connection = open;
    open = null;
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        // It was lost already.
      }
    }
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getString("id"),
        row.getString("state"),
        row.getString("version"),
        Rows.instant(row, "updated_at"),
        row.getLong("block"));
  }

  private static WorldFailure failed(SQLException e) {
    return new WorldFailure("the venue's database: " + e.getMessage(), e);
  }
}
