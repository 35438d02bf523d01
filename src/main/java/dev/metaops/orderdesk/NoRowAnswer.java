package dev.metaops.orderdesk;

import dev.metaops.chain.Hash;
import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderName;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.order.Folded;
import dev.metaops.order.OrderTerms;
import dev.metaops.order.Verdict;
import dev.metaops.page.Amounts;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.Misconfigured;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Evidence;
import dev.metaops.reconcile.Inquiry;
import dev.metaops.reconcile.Word;
import dev.metaops.time.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** An escrow key without an order: what the chain holds under it, money that no row speaks of. */
final class NoRowAnswer {
  private static final String KEY = "0[xX][0-9a-fA-F]{64}";

  private NoRowAnswer() {}

  /** Empty when the word is no key, or the chain holds nothing under it. */
  static Optional<Answer> of(
      OrderName name, Conversation conversation, Optional<Long> pinned, Deadline deadline) {
    if (!name.text().matches(KEY)) {
      return Optional.empty();
    }
    Hash key = new Hash(name.text());
    try {
      Optional<Inquiry> inquiry =
          Reach.inquiry(conversation.settings(), pinned, conversation.ticker());
      OrderTerms bare =
          new OrderTerms(
              name.text(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              EscrowReach.escrows(conversation.settings()).current(),
              Optional.of(key));
      return inquiry
          .map(asked -> asked.inspect(bare, 0, deadline))
          .flatMap(testimony ->
              testimony.evidence() instanceof Evidence.Found found && isThere(found)
                  ? Optional.of(
                      Answer.of(
                          ExitCode.CRITICAL,
                          new Screen(conversation, key, found, testimony.words())))
                  : Optional.empty());
    } catch (Misconfigured unusable) {
      return Optional.empty();
    }
  }

  private static boolean isThere(Evidence.Found found) {
    return found
        .storage()
        .map(word -> !word.equals("NONE"))
        .orElse(!found.finalEvents().isEmpty() || !found.laterEvents().isEmpty());
  }

  private record Screen(Conversation conversation, Hash key, Evidence.Found found, List<Word> words)
      implements Picture {
    @Override
    public String shape() {
      return "order-no-row/1";
    }

    private Optional<EscrowEvent.Terms> terms() {
      return Stream.concat(found.finalEvents().stream(), found.laterEvents().stream())
          .flatMap(event -> event.terms().stream())
          .findFirst();
    }

    private String standing() {
      return found
          .storage()
          .orElseGet(() ->
              found.view().included() instanceof Folded.Stands(var state)
                  ? state.name()
                  : "CONFLICT");
    }

    private String sentence() {
      return "an escrow on chain ("
          + standing()
          + ")"
          + terms()
              .map(terms ->
                  ", "
                      + new Amounts(conversation.settings()).of(terms.amount(), terms.token())
                      + " by "
                      + terms.buyer().brief()
                      + " for "
                      + terms.seller().brief()
                      + ", placed as order "
                      + terms.orderId())
              .orElse("")
          + ", and no order has its key";
    }

    @Override
    public void drawText(Page page) {
      page.line(Ink.STRONG, key.brief() + ": " + sentence());
      page.line(Ink.BAD, Verdict.Code.NO_ROW + "; legal: " + Verdict.Code.NO_ROW.action());
      VerifyAnswer.draw(page, found, words);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("escrow_key", key.text())
          .put("verdict", Verdict.Code.NO_ROW.name())
          .put("why", sentence())
          .put("action", Verdict.Code.NO_ROW.action());
      terms()
          .ifPresent(terms ->
              into.put("order_on_chain", terms.orderId())
                  .put("amount", terms.amount().toString())
                  .put("token", terms.token().text())
                  .put("buyer", terms.buyer().text())
                  .put("seller", terms.seller().text()));
      VerifyAnswer.drawJson(into, found, words);
    }
  }
}
