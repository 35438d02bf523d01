package dev.metaops.page;

import dev.metaops.orders.Update;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;

/** Who changed which orders. */
public final class UpdatesTable {
  private UpdatesTable() {}

  public static Table of(List<Update> updates, Instant now) {
    var table =
        new Table().column("when").column("order").column("what").column("who").column("by");
    for (Update update : updates) {
      table.row(
          List.of(
              Table.Cell.of(
                  update.at().truncatedTo(ChronoUnit.SECONDS)
                      + ", "
                      + Ages.of(Duration.between(update.at(), now))
                      + " ago"),
              Table.Cell.of(update.orderId()),
              Table.Cell.of(update.what()),
              Table.Cell.of(
                  update.origin() == Update.Origin.UNATTRIBUTED ? Ink.WARNING : Ink.PLAIN,
                  update.origin().name().toLowerCase(Locale.ROOT)),
              Table.Cell.of(update.by())));
    }
    return table;
  }

  public static void drawJson(ArrayNode into, List<Update> updates) {
    for (Update update : updates) {
      into.addObject()
          .put("at", update.at().toString())
          .put("order", update.orderId())
          .put("what", update.what())
          .put("who", update.origin().name())
          .put("by", update.by());
    }
  }
}
