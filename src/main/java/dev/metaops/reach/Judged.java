package dev.metaops.reach;

import dev.metaops.command.ExitCode;
import dev.metaops.order.ChainView;
import dev.metaops.order.Judge;
import dev.metaops.order.NextTransaction;
import dev.metaops.order.TransactionFate;
import dev.metaops.order.Verdict;
import dev.metaops.orders.OrderRow;
import dev.metaops.page.Ink;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** An order's row with its verdict. */
public record Judged(OrderRow row, Verdict verdict, Optional<TransactionFate> fate) {
  public Judged(OrderRow row, Verdict verdict) {
    this(row, verdict, Optional.empty());
  }

  /** In the light of what became of its own transaction. */
  Judged with(TransactionFate known) {
    return new Judged(row, Judge.amended(verdict, known), Optional.of(known));
  }

  /** The transaction that would get it on, to be sent by those who hold the keys. */
  public Optional<String> nextTransaction() {
    return verdict.code() == Verdict.Code.TX_TROUBLE
        ? fate.flatMap(TransactionFate::next).map(NextTransaction::sentence)
        : Optional.empty();
  }

  /** By what the ledger says of it. */
  public static Judged byLedger(OrderRow row, LedgerSight sight, Instant now) {
    return by(row, sight.of(row, now), now);
  }

  public static Judged by(OrderRow row, ChainView view, Instant now) {
    ChainView seen =
        row.doubts().isEmpty() ? view : new ChainView.NotSeen(String.join("; ", row.doubts()));
    return new Judged(row, Judge.judge(row.view(), seen, now));
  }

  public Ink ink() {
    return switch (verdict.code()) {
      case ROW_FALSE, CONFLICT, NO_ROW, ORPHANED -> Ink.BAD;
      case ROW_BEHIND, TX_TROUBLE, NEVER_FUNDED, UNKNOWN -> Ink.WARNING;
      case NOT_FINAL, WAITING, CONSISTENT -> Ink.PLAIN;
    };
  }

  /** SPEC §4: the exit code of {@code order verify}. */
  public ExitCode exit() {
    return switch (verdict.code()) {
      case CONSISTENT, WAITING, NOT_FINAL -> ExitCode.FINE;
      case ROW_BEHIND, TX_TROUBLE, NEVER_FUNDED -> ExitCode.WARNING;
      case ROW_FALSE, ORPHANED, CONFLICT, NO_ROW -> ExitCode.CRITICAL;
      case UNKNOWN -> ExitCode.COULD_NOT;
    };
  }

  public Duration age(Instant now) {
    return Duration.between(row.stateSince(), now);
  }

  public void drawJson(ObjectNode into) {
    into.put("order", row.id())
        .put("state", row.state())
        .put("state_since", row.stateSince().toString())
        .put("verdict", verdict.code().name())
        .put("why", verdict.sentence())
        .put("action", verdict.code().action());
    row.terms().amount().ifPresent(units -> into.put("amount", units.toString()));
    row.terms().token().ifPresent(token -> into.put("token", token.text()));
    fate.ifPresent(known -> into.put("transaction_fate", known.sentence()));
    nextTransaction().ifPresent(next -> into.put("next_transaction", next));
    verdict.proved().ifPresent(state -> into.put("proved", state.name()));
  }
}
