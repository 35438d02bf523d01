package dev.metaops.command;

import dev.metaops.chain.Header;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.ledger.Stream;
import dev.metaops.order.ChainView;
import dev.metaops.orders.Match;
import dev.metaops.orders.OrderRow;
import dev.metaops.reconcile.Evidence;
import dev.metaops.reconcile.Inspector;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code order verify}: asks the chain now, whatever the ledger says. */
final class VerifyAnswer {
  static final String NO_STORAGE =
      "no storage view configured: on events and receipts only (escrow.status-function)";

  private final Conversation conversation;
  private final Deadline deadline;

  VerifyAnswer(Conversation conversation, Deadline deadline) {
    this.conversation = conversation;
    this.deadline = deadline;
  }

  Answer of(OrderCommand.Verify command) {
    if (conversation.settings().orders().door().isEmpty()) {
      return Answer.couldNot(
          "order", "verify", "UNKNOWN: no row to compare with: " + Books.NO_ORDERS);
    }
    Match match;
    Optional<Long> pinned;
    try (Books books = Books.open(conversation, "metaops order verify", deadline)) {
      match = books.orders().find(command.order().text());
      pinned = pinned(books);
    } catch (SQLException e) {
      return Answer.couldNot(
          "order", "verify", "UNKNOWN: no row to compare with: " + DatabaseWords.of(e));
    }
    return switch (match) {
      case Match.One(OrderRow row) -> of(row, pinned);
      case Match.None() ->
          Answer.couldNot("order", "verify", OrderAnswers.notFound(command.order()));
      case Match.Several(var ids) ->
          Answer.couldNot(
              "order",
              "verify",
              command.order().text() + " begins several orders: " + String.join(", ", ids));
    };
  }

  private Answer of(OrderRow row, Optional<Long> pinned) {
    Evidence evidence = inspect(conversation, row, pinned, deadline);
    Instant now = conversation.ticker().now();
    Judged judged = Judged.by(row, evidence.view(), now);
    return Answer.of(judged.exit(), new Screen(conversation, judged, evidence));
  }

  /** Everything the configured node says of this row. */
  static Evidence inspect(
      Conversation conversation, OrderRow row, Optional<Long> pinned, Deadline deadline) {
    Optional<Inspector> inspector;
    try {
      inspector = Reach.inspector(conversation.settings(), pinned, conversation.ticker());
    } catch (Misconfigured unusable) {
      return new Evidence.None(new ChainView.NotSeen(String.valueOf(unusable.getMessage())));
    }
    return inspector.isEmpty()
        ? new Evidence.None(new ChainView.NotSeen("no chain is configured"))
        : inspector.get().inspect(row.terms(), row.ledger().lostEvents(), deadline);
  }

  /** The chain the ledger follows, when there is a ledger. */
  static Optional<Long> pinned(Books books) throws SQLException {
    return books.stream().map(Stream::chainId);
  }

  static void draw(Page page, Evidence evidence) {
    switch (evidence) {
      case Evidence.None(ChainView.NotSeen(String why)) ->
          page.line(Ink.WARNING, "could not look: " + why);
      case Evidence.Found found -> {
        page.line(
            "asked "
                + found.provider()
                + ": final up to block "
                + found.settled()
                + ", head "
                + found.head().number());
        page.line(
            found
                .storage()
                .map(word ->
                    "the contract's own storage says "
                        + word
                        + " at block "
                        + found.settled().number())
                .orElse(NO_STORAGE));
        page.table(events(found));
      }
    }
  }

  private static Table events(Evidence.Found found) {
    var table =
        new Table()
            .column("block", Table.Side.RIGHT)
            .column("event")
            .column("finality")
            .column("transaction");
    for (EscrowEvent event : found.finalEvents()) {
      row(table, event, "final");
    }
    for (EscrowEvent event : found.laterEvents()) {
      row(
          table,
          event,
          (event.log().block().number() - found.settled().number()) + " blocks from final");
    }
    return table;
  }

  private static void row(Table table, EscrowEvent event, String finality) {
    table.row(
        Long.toString(event.log().block().number()),
        event.kind().title(),
        finality,
        event.log().transaction().text());
  }

  static void drawJson(ObjectNode into, Evidence evidence) {
    ObjectNode chain = into.putObject("chain");
    switch (evidence) {
      case Evidence.None(ChainView.NotSeen(String why)) -> chain.put("unknown", why);
      case Evidence.Found found -> {
        chain
            .put("provider", found.provider())
            .put("settled", found.settled().number())
            .put("settled_hash", found.settled().hash().text())
            .put("head", found.head().number());
        found.storage().ifPresent(word -> chain.put("storage", word));
        drawEvents(chain.putArray("final_events"), found.finalEvents());
        drawEvents(chain.putArray("later_events"), found.laterEvents());
        ArrayNode blocks = chain.putArray("blocks");
        for (Header block : found.blocks()) {
          blocks
              .addObject()
              .put("number", block.number())
              .put("hash", block.hash().text())
              .put("time", block.time().toString());
        }
      }
    }
  }

  private static void drawEvents(ArrayNode into, List<EscrowEvent> events) {
    for (EscrowEvent event : events) {
      into.addObject()
          .put("kind", event.kind().name())
          .put("block", event.log().block().number())
          .put("block_hash", event.log().block().hash().text())
          .put("transaction", event.log().transaction().text())
          .put("index", event.log().index());
    }
  }

  private record Screen(Conversation conversation, Judged judged, Evidence evidence)
      implements Picture {
    @Override
    public String shape() {
      return "order-verify/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(Ink.STRONG, judged.row().id() + ": " + judged.verdict().sentence());
      page.line(
          judged.ink(),
          judged.verdict().code()
              + ", the row says "
              + judged.row().state()
              + ", "
              + new Amounts(conversation.settings()).of(judged.row().terms())
              + "; legal: "
              + judged.verdict().code().action());
      draw(page, evidence);
    }

    @Override
    public void drawJson(ObjectNode into) {
      judged.drawJson(into);
      VerifyAnswer.drawJson(into, evidence);
    }
  }
}
