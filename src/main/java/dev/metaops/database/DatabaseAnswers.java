package dev.metaops.database;

import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.DatabaseCommand;
import dev.metaops.command.ExitCode;
import dev.metaops.orders.OrderBook;
import dev.metaops.orders.OrdersStore;
import dev.metaops.orders.Update;
import dev.metaops.page.Ink;
import dev.metaops.page.Listing;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.UpdatesTable;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Reach;
import dev.metaops.time.Ages;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code db}. */
public final class DatabaseAnswers implements Answers<DatabaseCommand> {
  /** Totals are of this many at most; a window with more says so. */
  private static final int MOST = 10_000;

  @Override
  public Answer to(DatabaseCommand command, Conversation conversation) {
    return switch (command) {
      case DatabaseCommand.Updates updates -> to(updates, conversation);
      case DatabaseCommand.ResetPool _ -> new ResetPoolAnswer(conversation).answer();
      case DatabaseCommand.Restored restored -> new RestoredAnswer(restored, conversation).answer();
    };
  }

  private static Answer to(DatabaseCommand.Updates command, Conversation conversation) {
    if (conversation.settings().orders().door().isEmpty()) {
      return Answer.couldNot("db", "updates", "UNKNOWN: " + Books.NO_ORDERS);
    }
    try (Books books =
        Books.open(conversation, "metaops " + command.name(), Reach.deadline(conversation))) {
      return updates(books, command);
    } catch (SQLException e) {
      return Answer.couldNot("db", "updates", "UNKNOWN: " + DatabaseWords.of(e));
    }
  }

  private static Answer updates(Books books, DatabaseCommand.Updates command) throws SQLException {
    OrderBook orders = books.orders();
    Instant now = orders.now();
    List<Update> updates = orders.updatesSince(now.minus(command.window()), MOST);
    boolean anyUnattributed =
        updates.stream().anyMatch(update -> update.origin() == Update.Origin.UNATTRIBUTED);
    return Answer.of(
        anyUnattributed ? ExitCode.WARNING : ExitCode.FINE,
        new Screen(
            updates,
            command.window(),
            command.listing(),
            now,
            books.orders() instanceof OrdersStore ? Teller.OUR_RECORD : Teller.ROWS));
  }

  /** Who tells of the changes. */
  private enum Teller {
    /** Our record in their database: each change, and who made it. */
    OUR_RECORD,
    /** The rows alone: the last change of each. */
    ROWS
  }

  private record Screen(
      List<Update> updates, Duration window, Listing listing, Instant now, Teller teller)
      implements Picture {
    private static final String ROWS_ONLY =
        "metaops is not installed in this database: a row tells when it changed last, not what"
            + " changed before, nor who did it";

    @Override
    public String shape() {
      return "db-updates/1";
    }

    private long count(Update.Origin origin) {
      return updates.stream().filter(update -> update.origin() == origin).count();
    }

    private List<Update> shown() {
      return updates.subList(0, Math.min(updates.size(), listing.limit()));
    }

    private String headline(String one, String many) {
      return (updates.size() < MOST ? "" : "at least ")
          + updates.size()
          + (updates.size() == 1 ? one : many)
          + " of orders within "
          + Ages.of(window);
    }

    private String byWhom() {
      return count(Update.Origin.LISTENER)
          + " by the listener, "
          + count(Update.Origin.VENUE)
          + " created by the venue, "
          + count(Update.Origin.INTERVENTION)
          + " interventions, "
          + claimed()
          + count(Update.Origin.UNATTRIBUTED)
          + " unattributed";
    }

    private String claimed() {
      long claimed = count(Update.Origin.CLAIMED);
      return claimed == 0 ? "" : claimed + " claimed, ";
    }

    @Override
    public void drawText(Page page) {
      long unattributed = count(Update.Origin.UNATTRIBUTED);
      page.line(
          Ink.STRONG,
          switch (teller) {
            case OUR_RECORD -> headline(" change", " changes") + ": " + byWhom();
            case ROWS -> headline(" last change", " last changes") + ", by whom is not told";
          });
      switch (teller) {
        case OUR_RECORD -> {}
        case ROWS -> page.line(Ink.WARNING, ROWS_ONLY);
      }
      if (!updates.isEmpty()) {
        page.table(UpdatesTable.of(shown(), now));
      }
      if (shown().size() < updates.size()) {
        page.line(
            Ink.FAINT,
            "shown " + shown().size() + " of " + updates.size() + "; --limit N shows more");
      }
      if (unattributed > 0) {
        page.line(
            Ink.WARNING,
            "next: metaops audit list; whoever did it: metaops audit claim --actor LOGIN --since 1h"
                + " 'WHY'");
      }
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", now.toString()).put("window_s", window.toSeconds());
      switch (teller) {
        case OUR_RECORD -> {}
        case ROWS -> into.put("caveat", ROWS_ONLY);
      }
      ObjectNode totals = into.putObject("totals");
      for (Update.Origin origin : Update.Origin.values()) {
        totals.put(origin.name(), count(origin));
      }
      UpdatesTable.drawJson(into.putArray("updates"), shown());
    }
  }
}
