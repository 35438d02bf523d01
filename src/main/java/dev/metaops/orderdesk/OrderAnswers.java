package dev.metaops.orderdesk;

import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.OrderCommand;
import dev.metaops.command.OrderName;
import dev.metaops.ledger.Stream;
import dev.metaops.orders.Match;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.OrdersStore;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Reach;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Answers {@code order}. */
public final class OrderAnswers implements Answers<OrderCommand> {
  @Override
  public Answer to(OrderCommand command, Conversation conversation) {
    String verb = command.name().substring("order ".length());
    Deadline deadline = Reach.deadline(conversation);
    if (command instanceof OrderCommand.Verify verify) {
      return new VerifyAnswer(conversation, deadline).of(verify);
    }
    if (conversation.settings().orders().door().isEmpty()) {
      return Answer.couldNot("order", verb, Books.NO_ORDERS);
    }
    try (Books books = Books.open(conversation, "metaops " + command.name(), deadline)) {
      return switch (command) {
        case OrderCommand.CheckStuck stuck ->
            new StuckAnswer(conversation, stuck, deadline).from(books);
        case OrderCommand.States states -> StatesAnswer.from(books, states, conversation);
        case OrderCommand.Show show ->
            named(books, show.order(), "show", row -> ShowAnswer.of(books, row, conversation));
        case OrderCommand.Fix fix ->
            named(books, fix.order(), "fix", row -> fixed(fix, row, books, conversation, deadline));
        case OrderCommand.BulkFix bulk -> fixed(bulk, books, conversation);
        case OrderCommand.Refundable refundable ->
            new RefundableAnswer(conversation, refundable, deadline).from(books);
        case OrderCommand.Report _ -> ReportAnswer.from(books, conversation);
        case OrderCommand.Verify _ -> throw new IllegalStateException("answered above");
      };
    } catch (SQLException e) {
      return Answer.couldNot("order", verb, "UNKNOWN: " + DatabaseWords.of(e));
    }
  }

  private static Answer fixed(
      OrderCommand.Fix fix, OrderRow row, Books books, Conversation conversation, Deadline deadline)
      throws SQLException {
    return books.orders() instanceof OrdersStore owned
        ? new FixAnswer(conversation, owned.connection(), deadline).of(fix, row)
        : Answer.refused(
            "order",
            "fix",
            "refused, nothing was changed: metaops only observes this table (it is not installed"
                + " there). What the chain proves: metaops order verify "
                + row.id());
  }

  private static Answer fixed(OrderCommand.BulkFix bulk, Books books, Conversation conversation)
      throws SQLException {
    return books.orders() instanceof OrdersStore owned
        ? new BulkFixAnswer(conversation, bulk, owned, books.stream()).answer()
        : Answer.refused(
            "order",
            "bulk-fix",
            "refused, nothing was changed: metaops only observes this table (it is not installed"
                + " there). What the chain proves: metaops events sweep");
  }

  /** What is done with the order once it is found. */
  interface Then {
    Answer with(OrderRow row) throws SQLException;
  }

  static Answer named(Books books, OrderName name, String verb, Then then) throws SQLException {
    return switch (books.orders().find(name.text())) {
      case Match.One(OrderRow row) -> then.with(row);
      case Match.None() -> Answer.couldNot("order", verb, name.notFound());
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

  /** Whether the ledger is fresh enough to be believed. */
  static Optional<Stream> freshStream(Books books, Duration budget) throws SQLException {
    return books.stream()
        .filter(stream -> stream.headSeenAt().isPresent())
        .filter(stream -> stream.staleness().compareTo(budget) <= 0);
  }
}
