package dev.metaops.command;

import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.Stream;
import dev.metaops.orders.Match;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.OrdersStore;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Answers {@code order}. */
public final class OrderAnswers implements Answers<OrderCommand> {
  static final String NO_SQL =
      "the orders database is configured through Supabase's REST door, which this command cannot"
          + " use yet: set DATABASE_URL";

  @Override
  public Answer to(OrderCommand command, Conversation conversation) {
    String verb = command.name().substring("order ".length());
    Deadline deadline = Reach.deadline(conversation);
    if (command instanceof OrderCommand.Verify verify) {
      return new VerifyAnswer(conversation, deadline).of(verify);
    }
    Optional<Database> database =
        Reach.orders(conversation.settings(), "metaops " + command.name(), conversation.ticker());
    if (database.isEmpty()) {
      return Answer.couldNot("order", verb, NO_SQL);
    }
    try (Connection connection = database.get().connect(deadline)) {
      return switch (command) {
        case OrderCommand.CheckStuck stuck ->
            new StuckAnswer(conversation, stuck, deadline).from(connection);
        case OrderCommand.States states -> StatesAnswer.from(connection, states, conversation);
        case OrderCommand.Show show ->
            named(
                connection,
                show.order(),
                "show",
                row -> ShowAnswer.of(connection, row, conversation));
        case OrderCommand.Fix fix ->
            named(
                connection,
                fix.order(),
                "fix",
                row -> new FixAnswer(conversation, connection, deadline).of(fix, row));
        case OrderCommand.Report _ -> ReportAnswer.from(connection, conversation);
        case OrderCommand.Verify _ -> throw new IllegalStateException("answered above");
      };
    } catch (SQLException e) {
      return Answer.couldNot("order", verb, "UNKNOWN: " + DatabaseWords.of(e));
    }
  }

  /** What is done with the order once it is found. */
  interface Then {
    Answer with(OrderRow row) throws SQLException;
  }

  static Answer named(Connection connection, OrderName name, String verb, Then then)
      throws SQLException {
    return switch (new OrdersStore(connection).find(name.text())) {
      case Match.One(OrderRow row) -> then.with(row);
      case Match.None() -> Answer.couldNot("order", verb, notFound(name));
      case Match.Several(var ids) ->
          Answer.couldNot(
              "order",
              verb,
              name.text()
                  + " begins several orders: "
                  + String.join(", ", ids)
                  + " (give more of it)");
    };
  }

  static String notFound(OrderName name) {
    return "no order "
        + name.text()
        + " (expected: an order id, an escrow key, a transaction hash, or the beginning of one id)";
  }

  /** Whether the ledger is fresh enough to be believed. */
  static Optional<Stream> freshStream(Connection connection, Duration budget) throws SQLException {
    return new LedgerStore(connection)
        .stream()
            .filter(stream -> stream.headSeenAt().isPresent())
            .filter(stream -> stream.staleness().compareTo(budget) <= 0);
  }

  static Instant now(Connection connection) throws SQLException {
    return new OrdersStore(connection).now();
  }
}
