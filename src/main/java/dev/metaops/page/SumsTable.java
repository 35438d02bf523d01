package dev.metaops.page;

import dev.metaops.orders.Sum;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How many orders are in which state, and what is in them. */
public final class SumsTable {
  private SumsTable() {}

  /** Those that are open first. */
  public static Table of(Amounts amounts, List<Sum> open, List<Sum> ended, Instant now) {
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
          word(sum),
          Long.toString(sum.count()),
          amounts.of(sum.units(), sum.token()),
          Ages.of(Duration.between(sum.oldest(), now)));
    }
    return table;
  }

  /** The table's own word, and what it means where that is another. */
  public static String word(Sum sum) {
    return sum.known()
        .map(state -> state.name().equals(sum.state()) ? sum.state() : sum.state() + " = " + state)
        .orElse(sum.state() + " UNMAPPED");
  }

  public static void drawJson(ArrayNode into, List<Sum> sums) {
    for (Sum sum : sums) {
      ObjectNode json =
          into.addObject()
              .put("state", sum.state())
              .put("count", sum.count())
              .put("amount", sum.units().toString())
              .put("oldest", sum.oldest().toString());
      json.put("means", sum.known().map(Enum::name).orElse("UNMAPPED"));
      sum.token().ifPresent(token -> json.put("token", token.text()));
    }
  }
}
