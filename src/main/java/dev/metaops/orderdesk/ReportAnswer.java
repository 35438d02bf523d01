package dev.metaops.orderdesk;

import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.orders.OrderBook;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.Sum;
import dev.metaops.orders.Update;
import dev.metaops.page.Amounts;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.SumsTable;
import dev.metaops.page.Table;
import dev.metaops.page.UpdatesTable;
import dev.metaops.reach.Books;
import dev.metaops.time.Ages;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code order report}: states, the longest stuck, and who intervened within 24 hours. */
final class ReportAnswer {
  private static final Duration WINDOW = Duration.ofHours(24);
  private static final int LONGEST = 5;
  private static final int UPDATES = 1_000;

  private ReportAnswer() {}

  static Answer from(Books books, Conversation conversation) throws SQLException {
    OrderBook orders = books.orders();
    Instant now = orders.now();
    List<Update> people =
        orders.updatesSince(now.minus(WINDOW), UPDATES).stream()
            .filter(update ->
                update.origin() == Update.Origin.INTERVENTION
                    || update.origin() == Update.Origin.CLAIMED
                    || update.origin() == Update.Origin.UNATTRIBUTED)
            .toList();
    List<OrderRow> stuck =
        orders.stuck(
            now.minus(conversation.settings().orders().stuckAfter()), Optional.empty(), LONGEST);
    boolean unattributed =
        people.stream().anyMatch(update -> update.origin() == Update.Origin.UNATTRIBUTED);
    Optional<Books.Caveat> caveat = books.caveat();
    return Answer.of(
        (stuck.isEmpty() && !unattributed ? ExitCode.FINE : ExitCode.WARNING)
            .worst(caveat.map(Books.Caveat::exit).orElse(ExitCode.FINE)),
        new Screen(
            conversation,
            caveat,
            orders.openBefore(now.plusSeconds(1)),
            orders.endedSince(now.minus(WINDOW)),
            stuck,
            people,
            now));
  }

  private record Screen(
      Conversation conversation,
      Optional<Books.Caveat> caveat,
      List<Sum> open,
      List<Sum> ended,
      List<OrderRow> stuck,
      List<Update> people,
      Instant now)
      implements Picture {
    @Override
    public String shape() {
      return "order-report/1";
    }

    @Override
    public void drawText(Page page) {
      caveat.ifPresent(found -> page.line(Ink.WARNING, found.sentence()));
      page.line(Ink.STRONG, "Orders: every open one, and those that ended within 24 h");
      page.table(SumsTable.of(new Amounts(conversation.settings()), open, ended, now));
      page.blank();
      if (!stuck.isEmpty() || caveat.isEmpty()) {
        page.line(Ink.STRONG, stuck.isEmpty() ? "No order is stuck" : "Longest in one state");
      }
      var table = new Table().column("").column("").column("", Table.Side.RIGHT);
      for (OrderRow row : stuck) {
        table.row(row.id(), row.state(), Ages.of(Duration.between(row.stateSince(), now)));
      }
      page.table(table);
      page.blank();
      page.line(
          Ink.STRONG,
          people.isEmpty()
              ? "Nobody intervened within 24 h"
              : "Interventions and edits of 24 h (" + people.size() + ")");
      if (!people.isEmpty()) {
        page.table(UpdatesTable.of(people, now));
      }
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", now.toString());
      caveat.ifPresent(found -> into.put("caveat", found.sentence()));
      SumsTable.drawJson(into.putArray("open"), open);
      SumsTable.drawJson(into.putArray("ended_24h"), ended);
      ArrayNode longest = into.putArray("longest");
      for (OrderRow row : stuck) {
        longest
            .addObject()
            .put("order", row.id())
            .put("state", row.state())
            .put("since", row.stateSince().toString());
      }
      UpdatesTable.drawJson(into.putArray("interventions_24h"), people);
    }
  }
}
