package dev.metaops.orderdesk;

import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderCommand;
import dev.metaops.orders.OrderBook;
import dev.metaops.orders.Sum;
import dev.metaops.page.Amounts;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.SumsTable;
import dev.metaops.reach.Books;
import dev.metaops.time.Ages;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** {@code order states}: every open order, and those that ended within the window. */
final class StatesAnswer {
  private StatesAnswer() {}

  static Answer from(Books books, OrderCommand.States command, Conversation conversation)
      throws SQLException {
    OrderBook orders = books.orders();
    Instant now = orders.now();
    List<Sum> open = orders.openBefore(now.plusSeconds(1));
    List<Sum> ended = orders.endedSince(now.minus(command.window()));
    Optional<Books.Caveat> caveat = books.caveat();
    return Answer.of(
        caveat.map(Books.Caveat::exit).orElse(ExitCode.FINE),
        new Screen(conversation, caveat, open, ended, command.window(), now));
  }

  private record Screen(
      Conversation conversation,
      Optional<Books.Caveat> caveat,
      List<Sum> open,
      List<Sum> ended,
      Duration window,
      Instant now)
      implements Picture {
    @Override
    public String shape() {
      return "order-states/1";
    }

    @Override
    public void drawText(Page page) {
      caveat.ifPresent(found -> page.line(Ink.WARNING, found.sentence()));
      if (open.isEmpty() && ended.isEmpty()) {
        page.line(
            Ink.WARNING,
            "The orders table shows no open order and none that ended within " + Ages.of(window));
        return;
      }
      page.table(SumsTable.of(new Amounts(conversation.settings()), open, ended, now));
      page.line(
          Ink.FAINT,
          "open: all; ended: within " + Ages.of(window) + " (--hours N for another window)");
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", now.toString()).put("ended_within_s", window.toSeconds());
      caveat.ifPresent(found -> into.put("caveat", found.sentence()));
      SumsTable.drawJson(into.putArray("open"), open);
      SumsTable.drawJson(into.putArray("ended"), ended);
    }
  }
}
