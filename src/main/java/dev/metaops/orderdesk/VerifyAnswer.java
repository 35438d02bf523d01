package dev.metaops.orderdesk;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Header;
import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.OrderCommand;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.ledger.Stream;
import dev.metaops.order.ChainView;
import dev.metaops.orders.Match;
import dev.metaops.orders.OrderRow;
import dev.metaops.page.Amounts;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Fates;
import dev.metaops.reach.Judged;
import dev.metaops.reach.Misconfigured;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Evidence;
import dev.metaops.reconcile.Testimony;
import dev.metaops.reconcile.Word;
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
          NoRowAnswer.of(command.order(), conversation, pinned, deadline)
              .orElseGet(() -> Answer.couldNot("order", "verify", command.order().notFound()));
      case Match.Several(var ids) ->
          Answer.couldNot(
              "order",
              "verify",
              command.order().text() + " begins several orders: " + String.join(", ", ids));
    };
  }

  private Answer of(OrderRow row, Optional<Long> pinned) {
    Testimony testimony = inspect(conversation, row, pinned, deadline);
    Instant now = conversation.ticker().now();
    Judged judged =
        new Fates(conversation, pinned, deadline)
            .followed(Judged.by(row, testimony.evidence().view(), now));
    return Answer.of(judged.exit(), new Screen(conversation, judged, testimony));
  }

  /** Everything the configured nodes say of this row. */
  static Testimony inspect(
      Conversation conversation, OrderRow row, Optional<Long> pinned, Deadline deadline) {
    try {
      return Reach.inquiry(conversation.settings(), pinned, conversation.ticker())
          .map(inquiry -> inquiry.inspect(row.terms(), row.ledger().lostEvents(), deadline))
          .orElseGet(() -> unasked("no chain is configured"));
    } catch (Misconfigured unusable) {
      return unasked(String.valueOf(unusable.getMessage()));
    }
  }

  private static Testimony unasked(String why) {
    return new Testimony(new Evidence.None(new ChainView.NotSeen(why)), List.of());
  }

  /** The chain the ledger follows, when there is a ledger. */
  static Optional<Long> pinned(Books books) throws SQLException {
    return books.stream().map(Stream::chainId);
  }

  /** What is believed, and with several providers what each of them said. */
  static void draw(Page page, Evidence evidence, List<Word> words) {
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
      }
    }
    drawWords(page, words);
    if (evidence instanceof Evidence.Found found) {
      page.table(events(found));
    }
  }

  private static void drawWords(Page page, List<Word> words) {
    if (words.size() < 2) {
      return;
    }
    long vouching = words.stream().filter(Word::vouches).count();
    page.line(
        vouching == words.size() ? Ink.GOOD : Ink.WARNING,
        vouching + " of " + words.size() + " providers vouch for it");
    for (Word word : words) {
      page.line(ink(word), "  " + word.provider() + ": " + word.sentence());
    }
  }

  private static Ink ink(Word word) {
    return switch (word) {
      case Word.Agrees _ -> Ink.PLAIN;
      case Word.Behind _, Word.Silent _ -> Ink.WARNING;
      case Word.Differs _ -> Ink.BAD;
    };
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

  static void drawJson(ObjectNode into, Evidence evidence, List<Word> words) {
    ObjectNode chain = into.putObject("chain");
    ArrayNode providers = chain.putArray("providers");
    words.forEach(word -> drawWord(providers.addObject(), word));
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

  private static void drawWord(ObjectNode into, Word word) {
    into.put("provider", word.provider());
    switch (word) {
      case Word.Agrees(String _, String says, BlockRef settled, long head) ->
          drawPlace(into.put("answer", "AGREES").put("says", says), settled, head);
      case Word.Behind(String _, String says, BlockRef settled, long head, String what) ->
          drawPlace(into.put("answer", "BEHIND").put("says", says).put("why", what), settled, head);
      case Word.Differs(String _, String says, BlockRef settled, long head) ->
          drawPlace(into.put("answer", "DIFFERS").put("says", says), settled, head);
      case Word.Silent silent -> into.put("answer", "NONE").put("why", silent.sentence());
    }
  }

  private static void drawPlace(ObjectNode into, BlockRef settled, long head) {
    into.put("settled", settled.number())
        .put("settled_hash", settled.hash().text())
        .put("head", head);
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

  private record Screen(Conversation conversation, Judged judged, Testimony testimony)
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
      judged.nextTransaction().ifPresent(next -> page.line(Ink.STRONG, next));
      draw(page, testimony.evidence(), testimony.words());
    }

    @Override
    public void drawJson(ObjectNode into) {
      judged.drawJson(into);
      VerifyAnswer.drawJson(into, testimony.evidence(), testimony.words());
    }
  }
}
