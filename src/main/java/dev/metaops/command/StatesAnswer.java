package dev.metaops.command;

import dev.metaops.orders.OrdersStore;
import dev.metaops.orders.Sum;
import dev.metaops.time.Ages;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code order states}: every open order, and those that ended within the window. */
final class StatesAnswer {
  private StatesAnswer() {}

  static Answer from(Connection connection, OrderCommand.States command, Conversation conversation)
      throws SQLException {
    var orders = new OrdersStore(connection);
    Instant now = orders.now();
    List<Sum> open = orders.openBefore(now.plusSeconds(1));
    List<Sum> ended = orders.endedSince(now.minus(command.window()));
    return Answer.of(ExitCode.FINE, new Screen(conversation, open, ended, command.window(), now));
  }

  private record Screen(
      Conversation conversation, List<Sum> open, List<Sum> ended, Duration window, Instant now)
      implements Picture {
    @Override
    public String shape() {
      return "order-states/1";
    }

    @Override
    public void drawText(Page page) {
      if (open.isEmpty() && ended.isEmpty()) {
        page.line(
            Ink.WARNING,
            "The orders table shows no open order and none that ended within " + Ages.of(window));
        return;
      }
      page.table(table(conversation, open, ended, now));
      page.line(
          Ink.FAINT,
          "open: all; ended: within " + Ages.of(window) + " (--hours N for another window)");
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", now.toString()).put("ended_within_s", window.toSeconds());
      drawSums(into.putArray("open"), open);
      drawSums(into.putArray("ended"), ended);
    }
  }

  static Table table(Conversation conversation, List<Sum> open, List<Sum> ended, Instant now) {
    var table =
        new Table()
            .column("state")
            .column("orders", Table.Side.RIGHT)
            .column("amount", Table.Side.RIGHT)
            .column("oldest", Table.Side.RIGHT);
    var all = new ArrayList<>(open);
    all.addAll(ended);
    for (Sum sum : all) {
      table.row(
          sum.state(),
          Long.toString(sum.count()),
          new Amounts(conversation.settings()).of(sum.units(), sum.token()),
          Ages.of(Duration.between(sum.oldest(), now)));
    }
    return table;
  }

  static void drawSums(ArrayNode into, List<Sum> sums) {
    for (Sum sum : sums) {
      into.addObject()
          .put("state", sum.state())
          .put("token", sum.token().text())
          .put("count", sum.count())
          .put("amount", sum.units().toString())
          .put("oldest", sum.oldest().toString());
    }
  }
}
