package dev.metaops.command;

import dev.metaops.audit.RecordStore;
import dev.metaops.audit.Selection;
import dev.metaops.orders.Match;
import dev.metaops.orders.OrdersStore;
import dev.metaops.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** Answers {@code audit}. */
public final class AuditAnswers implements Answers<AuditCommand> {
  private static final String NO_SQL =
      "the orders database is configured through Supabase's REST door, which this command cannot"
          + " use yet: set DATABASE_URL";

  @Override
  public Answer to(AuditCommand command, Conversation conversation) {
    String verb = command.name().substring("audit ".length());
    Optional<Database> database =
        Reach.orders(conversation.settings(), "metaops " + command.name(), conversation.ticker());
    if (database.isEmpty()) {
      return Answer.couldNot("audit", verb, NO_SQL);
    }
    try (Connection connection = database.get().connect(Reach.deadline(conversation))) {
      return switch (command) {
        case AuditCommand.Entries entries -> entries(connection, entries);
        case AuditCommand.Verify _ -> VerifiedRecord.answer(new RecordStore(connection).verify());
      };
    } catch (SQLException e) {
      return Answer.couldNot("audit", verb, "UNKNOWN: " + DatabaseWords.of(e));
    }
  }

  private static Answer entries(Connection connection, AuditCommand.Entries command)
      throws SQLException {
    Instant now = new OrdersStore(connection).now();
    Selection selection = Selection.since(now.minus(command.window()));
    if (command.order().isPresent()) {
      OrderName name = command.order().get();
      switch (new OrdersStore(connection).find(name.text())) {
        case Match.One(var row) -> selection = selection.ofOrder(row.id());
        // What was deleted is still in the record, under its full id.
        case Match.None() -> selection = selection.ofOrder(name.text());
        case Match.Several(var ids) -> {
          return Answer.couldNot(
              "audit",
              "list",
              name.text()
                  + " begins several orders: "
                  + String.join(", ", ids)
                  + " (give more of it)");
        }
      }
    }
    var store = new RecordStore(connection);
    return Answer.of(
        ExitCode.FINE,
        new ListedRecords(
            command,
            store.list(selection, Selection.Sequence.NEWEST_FIRST, command.listing().limit()),
            store.count(selection),
            now));
  }
}
