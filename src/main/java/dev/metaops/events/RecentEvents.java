package dev.metaops.events;

import dev.metaops.chain.Address;
import dev.metaops.command.Conversation;
import dev.metaops.command.EventsCommand;
import dev.metaops.events.Compared.Code;
import dev.metaops.page.Clock;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.reach.Books;
import dev.metaops.time.Ages;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code events recent} shows: each event beside the row it should have moved. */
record RecentEvents(
    Conversation conversation,
    EventsCommand.Recent command,
    EventsAnswers.Read read,
    List<Compared> all,
    List<Compared> shown,
    Rows rows,
    Instant now)
    implements Picture {
  /** Whether rows stand beside the events. */
  enum Rows {
    BESIDE,
    ABSENT
  }

  @Override
  public String shape() {
    return "events-recent/1";
  }

  private Map<Code, Long> counts() {
    return all.stream()
        .collect(
            Collectors.groupingBy(
                Compared::code, () -> new EnumMap<>(Code.class), Collectors.counting()));
  }

  private String headline() {
    String counts =
        counts().entrySet().stream()
            .map(count -> count.getValue() + " " + count.getKey().words())
            .collect(Collectors.joining(", "));
    return (all.isEmpty() ? "No event" : all.size() + (all.size() == 1 ? " event" : " events"))
        + " of escrow "
        + read.registry().place()
        + " within "
        + Ages.of(command.window())
        + " (blocks "
        + read.from()
        + "-"
        + read.head().latest().number()
        + ")"
        + (counts.isEmpty() ? "" : ": " + counts);
  }

  @Override
  public void drawText(Page page) {
    page.line(Ink.STRONG, headline());
    var table =
        new Table()
            .column("block", Table.Side.RIGHT)
            .column("when")
            .column("event")
            .column("order")
            .column("finality")
            .column(rows == Rows.BESIDE ? "row" : "")
            .column("")
            .column("");
    for (Compared line : shown) {
      table.row(
          List.of(
              Table.Cell.of(Long.toString(line.block().number())),
              Table.Cell.of(line.at().map(at -> Clock.since(at, now)).orElse("–")),
              Table.Cell.of(line.event()),
              Table.Cell.of(line.order()),
              Table.Cell.of(line.finality()),
              Table.Cell.of(line.row().orElse(rows == Rows.BESIDE ? "–" : "")),
              Table.Cell.of(
                  line.code().ink(), line.code() == Code.LISTED ? "" : line.code().words()),
              Table.Cell.of(line.why())));
    }
    if (!table.isEmpty()) {
      page.table(table);
    }
    if (shown.size() < all.size()) {
      page.line(
          Ink.FAINT, "the newest " + shown.size() + " of " + all.size() + "; --limit N shows more");
    }
    next().ifPresent(next -> page.line(Ink.STRONG, "next: " + next));
  }

  private Optional<String> next() {
    return all.stream()
        .filter(line -> line.code().isDifference() && line.row().isPresent())
        .findFirst()
        .map(line ->
            line.code() == Code.ROW_BEHIND || line.code() == Code.MISSED
                ? Books.next(conversation, line.order())
                : "metaops order verify " + line.order());
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("at", now.truncatedTo(ChronoUnit.MILLIS).toString())
        .put(
            "contract",
            read.registry().escrows().current().map(Address::text).orElse("one per order"))
        .put("from_block", read.from())
        .put("to_block", read.head().latest().number())
        .put("settled", read.settled())
        .put("provider", read.provider().endpoint().toString())
        .put("compared", rows == Rows.BESIDE);
    ObjectNode totals = into.putObject("totals");
    counts().forEach((code, count) -> totals.put(code.name(), count));
    ArrayNode events = into.putArray("events");
    for (Compared line : shown) {
      ObjectNode json =
          events
              .addObject()
              .put("block", line.block().number())
              .put("block_hash", line.block().hash().text())
              .put("index", line.index())
              .put("event", line.event())
              .put("order", line.order())
              .put("finality", line.finality())
              .put("verdict", line.code().name())
              .put("why", line.why());
      line.at().ifPresent(at -> json.put("time", at.toString()));
      line.transaction().ifPresent(hash -> json.put("transaction", hash.text()));
      line.row().ifPresent(state -> json.put("row", state));
    }
  }
}
