package dev.metaops.orderdesk;

import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.ledger.Stream;
import dev.metaops.order.ChainView;
import dev.metaops.order.OrderTerms.Agreement;
import dev.metaops.orders.History;
import dev.metaops.orders.OrderBook;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.Update;
import dev.metaops.page.Amounts;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.page.UpdatesTable;
import dev.metaops.reach.Books;
import dev.metaops.reach.Fates;
import dev.metaops.reach.Judged;
import dev.metaops.reach.LedgerSight;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Evidence;
import dev.metaops.reconcile.Testimony;
import dev.metaops.time.Ages;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code order show}: first why it is where it is and what comes next, then everything known. */
final class ShowAnswer {
  private ShowAnswer() {}

  static Answer of(Books books, OrderRow row, Conversation conversation) throws SQLException {
    OrderBook orders = books.orders();
    Instant now = orders.now();
    Optional<Stream> fresh =
        OrderAnswers.freshStream(books, conversation.settings().listen().staleAfter());
    Optional<Testimony> testimony =
        fresh.isPresent()
            ? Optional.empty()
            : Optional.of(
                VerifyAnswer.inspect(
                    conversation, row, VerifyAnswer.pinned(books), Reach.deadline(conversation)));
    Judged judged =
        new Fates(conversation, VerifyAnswer.pinned(books), Reach.deadline(conversation))
            .followed(
                testimony
                    .map(found -> Judged.by(row, found.evidence().view(), now))
                    .orElseGet(() ->
                        Judged.byLedger(row, LedgerSight.of(conversation.settings(), fresh), now)));
    List<History> events =
        row.terms().key().isPresent() ? orders.events(row.terms().key().get()) : List.of();
    List<Update> updates = orders.updatesOf(row.id());
    return Answer.of(
        judged.exit(),
        new Screen(
            conversation, judged, testimony, fresh, events, Proofs.of(books, row), updates, now));
  }

  private record Screen(
      Conversation conversation,
      Judged judged,
      Optional<Testimony> testimony,
      Optional<Stream> fresh,
      List<History> events,
      Proofs proofs,
      List<Update> updates,
      Instant now)
      implements Picture {
    @Override
    public String shape() {
      return "order-show/1";
    }

    @Override
    public void drawText(Page page) {
      OrderRow row = judged.row();
      page.line(Ink.STRONG, row.id() + ": " + judged.verdict().sentence());
      page.line(
          judged.ink(),
          judged.verdict().code() + "; what next: " + judged.verdict().code().action() + next());
      judged.nextTransaction().ifPresent(next -> page.line(Ink.STRONG, next));
      page.line(
          Ink.FAINT,
          fresh
              .map(stream ->
                  "by the ledger, at block "
                      + stream.cursor().number()
                      + ", final up to "
                      + stream.settledNumber())
              .orElse("the ledger is not fresh, so the chain was asked"));
      page.blank();
      page.table(facts());
      if (!events.isEmpty()) {
        page.blank();
        page.table(eventTable());
      }
      testimony.ifPresent(found -> {
        page.blank();
        VerifyAnswer.draw(page, found.evidence(), found.words());
      });
      if (!updates.isEmpty()) {
        page.blank();
        page.table(UpdatesTable.of(updates, now));
      }
    }

    private String next() {
      return switch (judged.verdict().code()) {
        case ROW_BEHIND -> " (" + Books.next(conversation, judged.row().id()) + ")";
        case ROW_FALSE, CONFLICT, ORPHANED, UNKNOWN ->
            " (metaops order verify " + judged.row().id() + ")";
        case NO_ROW, TX_TROUBLE, NEVER_FUNDED, NOT_FINAL, WAITING, CONSISTENT -> "";
      };
    }

    private Table facts() {
      OrderRow row = judged.row();
      var amounts = new Amounts(conversation.settings());
      return new Table()
          .column("")
          .column("")
          .row("state", row.state() + " for " + Ages.of(judged.age(now)))
          .row("on chain", onChain())
          .row("transaction", transaction())
          .row("amount", amounts.of(row.terms()))
          .row("buyer", text(row.terms().buyer()))
          .row("seller", text(row.terms().seller()))
          .row("escrow", text(row.terms().contract()))
          .row(
              "key",
              text(row.terms().key())
                  + (row.terms().ofKey() == Agreement.AGREES
                      ? ""
                      : "  NOT the key these terms give"))
          .row("created", at(row.createdAt()))
          .row("fund by", at(row.fundBy()));
    }

    private String onChain() {
      return testimony
          .map(found ->
              switch (found.evidence()) {
                case Evidence.Found seen ->
                    seen.view().included().text()
                        + (seen.laterEvents().isEmpty() ? " (final)" : " (not final yet)");
                case Evidence.None(ChainView.NotSeen _) -> "UNKNOWN";
              })
          .orElseGet(() -> judged.row().ledger().included().text() + " (" + finality() + ")");
    }

    private String transaction() {
      return judged
          .row()
          .transaction()
          .map(hash -> hash + judged.fate().map(fate -> ": " + fate.sentence()).orElse(""))
          .orElse("none on record");
    }

    private static String text(Optional<?> part) {
      return part.map(Object::toString).orElse("–");
    }

    private String finality() {
      OrderRow.LedgerStatus ledger = judged.row().ledger();
      return switch (ledger.finality()) {
        case NONE -> "no event in the ledger";
        case FINAL -> "final";
        case INCLUDED ->
            fresh
                .flatMap(stream ->
                    ledger
                        .event()
                        .map(place ->
                            "included, "
                                + Math.max(0, place.block().number() - stream.settledNumber())
                                + " blocks from final"))
                .orElse("included");
      };
    }

    private String at(Instant instant) {
      return instant.truncatedTo(ChronoUnit.SECONDS)
          + (instant.isAfter(now)
              ? " (in " + Ages.of(Duration.between(now, instant)) + ")"
              : " (" + Ages.of(Duration.between(instant, now)) + " ago)");
    }

    private Table eventTable() {
      var table =
          new Table()
              .column("block", Table.Side.RIGHT)
              .column("event")
              .column("standing")
              .column("proof")
              .column("source")
              .column("transaction");
      for (History event : events) {
        table.row(
            Long.toString(event.block().number()),
            event.kind(),
            event.standing().text(),
            proofs.of(event).text(),
            event.source(),
            event.transaction().text());
      }
      return table;
    }

    @Override
    public void drawJson(ObjectNode into) {
      judged.drawJson(into);
      OrderRow row = judged.row();
      into.put("at", now.toString())
          .put("chain_state", row.ledger().included().text())
          .put("finality", row.ledger().finality().name())
          .put("created_at", row.createdAt().toString())
          .put("fund_by", row.fundBy().toString());
      row.terms().buyer().ifPresent(buyer -> into.put("buyer", buyer.text()));
      row.terms().seller().ifPresent(seller -> into.put("seller", seller.text()));
      row.terms().contract().ifPresent(contract -> into.put("escrow_contract", contract.text()));
      row.terms().key().ifPresent(key -> into.put("escrow_key", key.text()));
      ArrayNode list = into.putArray("events");
      for (History event : events) {
        list.addObject()
            .put("kind", event.kind())
            .put("block", event.block().number())
            .put("block_hash", event.block().hash().text())
            .put("transaction", event.transaction().text())
            .put("standing", event.standing().name())
            .put("proof", proofs.of(event).word())
            .put("source", event.source());
      }
      UpdatesTable.drawJson(into.putArray("changes"), updates);
      testimony.ifPresent(found -> VerifyAnswer.drawJson(into, found.evidence(), found.words()));
    }
  }
}
